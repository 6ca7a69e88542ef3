// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A `classifier.ckpt` of 3D-Speaker: a bare classifier.
package struct ClassifierFile: Sendable {
  package let path: String
  package let kind: ClassifierKind
  package let classes: Int
  package let embedding: Int
  package let blocks: ClassifierBlocks
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
      kind = found.family == .linearClassifier ? .linear : .cosine
      classes = found.sizes["classes"]?.first ?? 0
      embedding = found.embedding
      blocks = ClassifierBlocks(
        count: found.sizes["blocks"]?.first ?? 0,
        width: found.sizes["inter_dim"]?.first ?? ClassifierBlocks.usualWidth)
      parameters = try LoadedParameters(state, in: document)
    } catch { throw error.at(file: path) }
  }

  /// The classifier with the file's values.
  package func classifier<Numbers: Kernels>(
    _: Numbers.Type
  ) throws(CheckpointError) -> Classifier<Numbers> {
    do throws(CheckpointError) {
      return try Classifier<Numbers>(
        kind, embedding: embedding, classes: classes, blocks: blocks, source: parameters)
    } catch { throw error.at(file: path) }
  }
}
