// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// A file that holds a bare backbone: what `resect strip` writes, a released model, or an `embedding_model.ckpt`.
package struct BackboneFile: Sendable {
  package let path: String
  package let document: Document
  package let state: StateDict
  package let backbone: Backbone
  /// What keys and shapes tell.
  package let configuration: NetworkConfiguration

  /// Opens a file, or the newest checkpoint of a folder.
  ///
  /// - Throws: `misfit` for anything but a bare backbone, by name where it is known; what `Checkpoint.open` throws.
  package init(_ word: String) throws(CheckpointError) {
    let path = try CheckpointFolder.model(word)
    self.path = path
    document = try Checkpoint.open(path)
    do throws(CheckpointError) {
      guard case .stateDict(let state) = document[document.root] else { throw Self.notBare(document, path) }
      guard let backbone = Backbone(state, in: document) else { throw Self.notBare(document, path) }
      self.state = state
      self.backbone = backbone
      configuration = try NetworkConfiguration(backbone)
    } catch {
      throw error.at(file: path)
    }
  }

  /// The keys of the state dict in order.
  package var keys: [Text] { Array(state.entries.keys) }

  /// The tensors of the state dict, by key.
  package var tensors: [Text: TensorRecord] {
    var tensors: [Text: TensorRecord] = [:]
    for (key, node) in state.entries {
      if case .tensor(let tensor) = document[node] { tensors[key] = tensor }
    }
    return tensors
  }

  /// Says what the file is instead, as far as its layout tells.
  private static func notBare(_ document: Document, _ path: String) -> CheckpointError {
    if let plan = try? document.stripPlan() {
      let what = plan.backbone?.family.rawValue ?? "a backbone"
      return CheckpointError(
        .misfit, "it is no bare backbone: \(what) lies inside (\(plan.layout))",
        hint: "`resect strip \(ShellWords.safe(Text(path))) -o backbone.pth`, then that file")
    }
    return CheckpointError(
      .misfit, "no backbone that is known has these keys and shapes",
      hint: "`resect tree \(ShellWords.safe(Text(path)))` shows what it holds, `resect edit` changes its keys")
  }
}
