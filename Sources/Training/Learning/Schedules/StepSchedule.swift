// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A rate that falls to a tenth every few epochs: lr * 0.1^(epoch / period), rounded down (3D-Speaker's
/// `StepScheduler`).
package struct StepSchedule: Schedule, Equatable {
  package var initial: Double
  /// Epochs between two falls, at least 1.
  package var period: Int
  package var stepsPerEpoch: Int

  package init(initial: Double, period: Int, stepsPerEpoch: Int) {
    self.initial = initial
    self.period = period
    self.stepsPerEpoch = stepsPerEpoch
  }

  package func value(at iteration: Int) -> Double {
    initial * pow(0.1, Double(iteration / max(1, stepsPerEpoch) / max(1, period)))
  }
}
