// SPDX-License-Identifier: Apache-2.0

/// The entries of `metadata_props` that are our own. Other programs pass over them.
package enum GraphMetadata {
  /// SHA-256 of the file that the weights are from.
  package static let checkpoint: Text = "resect:checkpoint-sha256"
  /// Which features the network was made for, as `--front-end` calls them.
  package static let frontEnd: Text = "resect:front-end"
  /// Frames of the shortest utterance.
  package static let minFrames: Text = "resect:min-frames"
  /// The passes that the weights went through, as lines of a recipe.
  package static let folding: Text = "resect:folding"
  /// Two recordings are of one speaker where their score is above it.
  package static let threshold: Text = "resect:threshold"
  /// How the score is made: `cosine`, of the two embeddings as they are.
  package static let thresholdRule: Text = "resect:threshold-rule"
  /// Which features it was measured with: it holds for no others.
  package static let thresholdFrontEnd: Text = "resect:threshold-front-end"
  /// The program's.
  package static let version: Text = "resect:version"
}
