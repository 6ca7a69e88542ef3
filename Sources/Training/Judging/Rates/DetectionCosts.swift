// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What minDCF weighs: the share of targets in use, and what each kind of error costs.
package struct DetectionCosts: Sendable, Equatable {
  package var targetPrior: Double
  package var missCost: Double
  package var falseAlarmCost: Double

  /// - Throws: `wrongWords` where the prior is not between 0 and 1 or a cost is not above 0.
  package init(targetPrior: Double, missCost: Double, falseAlarmCost: Double) throws(CheckpointError) {
    guard targetPrior > 0, targetPrior < 1 else {
      throw CheckpointError(.wrongWords, "a target prior of \(targetPrior); it lies between 0 and 1")
    }
    for cost in [missCost, falseAlarmCost] {
      guard cost > 0, cost.isFinite else {
        throw CheckpointError(.wrongWords, "a cost of \(cost); it must be above 0")
      }
    }
    self.targetPrior = targetPrior
    self.missCost = missCost
    self.falseAlarmCost = falseAlarmCost
  }
}
