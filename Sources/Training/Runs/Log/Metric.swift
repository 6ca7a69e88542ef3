// SPDX-License-Identifier: Apache-2.0

/// Names of what training measures: in `metrics.jsonl`, as TensorBoard's tags, and in the report. What stands before the
/// slash shares a chart.
package enum Metric {
  /// One step's loss, and the share of right answers in its batch.
  package static let stepLoss = "loss/step"
  package static let stepAccuracy = "accuracy/step"
  /// The means over an epoch's steps.
  package static let loss = "loss/train"
  package static let accuracy = "accuracy/train"
  package static let heldOutLoss = "loss/validation"
  package static let heldOutAccuracy = "accuracy/validation"
  /// The equal error rate on held-out trials, a share of 1.
  package static let equalErrorRate = "eer/validation"
  /// The same on trials: to choose by, and of what the backbone could do before.
  package static let trialErrorRate = "eer/trials"
  package static let oldTrialErrorRate = "eer/old-trials"
  package static let learningRate = "lr"
  /// The angular margin, in radians.
  package static let margin = "margin"
  /// Utterances a second, over an epoch.
  package static let speed = "speed"
  /// The end's share in a blend of a run's start and end, and 1 for the one that was kept.
  package static let share = "share"
  package static let kept = "kept"
  /// An epoch's length in seconds.
  package static let seconds = "seconds"
}
