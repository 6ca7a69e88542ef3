// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A `classifier.ckpt` of 3D-Speaker: a bare classifier without extra blocks.
package struct ClassifierFile: Sendable {
  package let path: String
  package let kind: ClassifierKind
  package let classes: Int
  package let embedding: Int
  private let parameters: LoadedParameters

  /// - Throws: `misfit` for anything else.
  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(CheckpointError) {
      let document = try Checkpoint.open(path)
      guard case .stateDict(let state) = document[document.root],
        let found = Backbone(state, in: document), found.isClassifier
      else {
        throw CheckpointError(.misfit, "no classifier that is known has these keys and shapes")
      }
      guard found.sizes["blocks"] == [0] else {
        throw CheckpointError(.misfit, "the classifier has extra blocks, which are not trained here")
      }
      kind = found.family == .linearClassifier ? .linear : .cosine
      classes = found.sizes["classes"]?.first ?? 0
      embedding = found.embedding
      parameters = try LoadedParameters(state, in: document)
    } catch { throw error.at(file: path) }
  }

  /// The classifier with the file's values.
  package func classifier<Numbers: Kernels>(
    _: Numbers.Type
  ) throws(CheckpointError) -> Classifier<Numbers> {
    do throws(CheckpointError) {
      return try Classifier<Numbers>(kind, embedding: embedding, classes: classes, source: parameters)
    } catch { throw error.at(file: path) }
  }
}
