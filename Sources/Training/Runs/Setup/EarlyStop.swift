// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Why a run ended before its last epoch.
package struct EarlyStop: Codable, Sendable, Equatable {
  /// The last epoch that it went through.
  package let epoch: Int
  package let patience: Int
  package let best: TrainingState.Best

  /// Nil where the run has not waited long enough, or never had a best epoch by this figure.
  init?(after epoch: Int, best: TrainingState.Best?, _ options: FinetuneOptions) {
    guard let patience = options.patience, let best, best.metric == options.bestBy.rawValue,
      epoch - best.epoch >= patience
    else { return nil }
    (self.epoch, self.patience, self.best) = (epoch, patience, best)
  }

  package var text: String {
    "ended after epoch \(epoch): no better \(best.metric) than epoch \(best.epoch)'s for "
      + "\(epoch - best.epoch) epoch\(epoch - best.epoch == 1 ? "" : "s"); a larger --patience goes on"
  }
}
