// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import FoundationEssentials

/// What a resumed run needs beside weights and optimizer: where the run stood, and what it was told.
///
/// There is no state of a random generator: every draw is keyed by (seed, epoch, item), so `seed` and the place in the
/// run are enough for the shuffles, crops and augmentations that an uninterrupted run would have made.
package struct TrainingState: Codable, Sendable, Equatable {
  /// The name of the file in a checkpoint's folder.
  package static let fileName = "resect_state.json"
  package static let schema = 1

  /// What the run was trained on.
  package struct DataFingerprint: Codable, Sendable, Equatable {
    /// Utterances.
    package var items: Int
    /// SHA-256 of the label map, hexadecimal; nil where training has no labels.
    package var labels: String?

    package init(items: Int, labels: LabelMap?) throws(CheckpointError) {
      self.items = items
      self.labels = if let labels { SHA256.of(try labels.json()).hexadecimal } else { nil }
    }
  }

  /// The best epoch so far, by some figure.
  package struct Best: Codable, Sendable, Equatable {
    package var metric: String
    package var value: Double
    package var epoch: Int

    package init(metric: String, value: Double, epoch: Int) {
      self.metric = metric
      self.value = value
      self.epoch = epoch
    }
  }

  package private(set) var schema = TrainingState.schema
  /// The training method: `finetune`, `dino`.
  package var method: String
  /// Whole epochs that are over.
  package var epoch: Int
  /// Steps that are over in the epoch after them; 0 between epochs.
  package var step: Int
  package var seed: UInt64
  package var stepsPerEpoch: Int
  package var batchSize: Int
  /// The constants of the schedules, by the options that set them.
  package var schedule: [String: Double]
  package var data: DataFingerprint
  package var best: Best?
  /// What its last whole epoch was judged by, where the best ones are averaged.
  package var figure: Double?
  /// Sums over the steps that are over in the epoch, by figure; empty between epochs.
  package var sums: [String: Double] = [:]
  /// What else must be as it was for the run to go on as it would have, by option.
  package var options: [String: String]

  package init(
    method: String, epoch: Int, step: Int = 0, seed: UInt64, stepsPerEpoch: Int, batchSize: Int,
    schedule: [String: Double], data: DataFingerprint, best: Best? = nil, options: [String: String]
  ) {
    self.method = method
    self.epoch = epoch
    self.step = step
    self.seed = seed
    self.stepsPerEpoch = stepsPerEpoch
    self.batchSize = batchSize
    self.schedule = schedule
    self.data = data
    self.best = best
    self.options = options
  }

  /// Steps that are over in the whole run: the iteration that comes next, counted from 0.
  package var iteration: Int { epoch * stepsPerEpoch + step }
}
