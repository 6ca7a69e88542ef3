// SPDX-License-Identifier: Apache-2.0

/// The names in a folder of 3D-Speaker's checkpointer (`speakerlab/utils/checkpoint.py`): every `*.ckpt` is a
/// parameter file, and its stem is the name of what recovers from it.
package enum ThreeDSpeaker {
  package static let backbone: Text = "embedding_model"
  package static let classifier: Text = "classifier"
  package static let counter: Text = "epoch_counter"
  package static let labelEncoder: Text = "label_encoder"
  package static let suffix: Text = ".ckpt"
  /// What makes a folder a checkpoint.
  package static let yamlName: Text = "CKPT.yaml"
  /// How the names of folders begin that upstream looks at.
  package static let folderPrefix: Text = "CKPT"

  package static func file(_ stem: Text) -> Text { stem + suffix }

  /// The text of `epoch_counter.ckpt`: the last finished epoch, no newline.
  package static func counterText(_ epoch: Int) -> [UInt8] { Array("\(epoch)".utf8) }

  /// `CKPT-EPOCH-3-00`, as upstream calls the n-th folder of an epoch; `number` is below 100.
  package static func folderName(epoch: Int, number: Int = 0) -> String {
    "CKPT-EPOCH-\(epoch)-" + (number < 10 ? "0\(number)" : "\(number)")
  }

  /// The modules that `_metadata` names in the state of upstream's `CosineClassifier` and `LinearClassifier`, without
  /// extra blocks.
  package static let cosineModules: [Text] = ["", "blocks"]
  package static let linearModules: [Text] = ["", "blocks", "nonlinear", "linear"]
}
