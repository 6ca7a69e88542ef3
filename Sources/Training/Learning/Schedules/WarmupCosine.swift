// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A learning rate that rises in a line, falls as a cosine, and stays (3D-Speaker's
/// `WarmupCosineScheduler`). Iterations count from 0 over the whole run.
package struct WarmupCosine: Schedule, Equatable {
  package var minimum: Double
  package var maximum: Double
  package var warmupEpochs: Int
  /// The epoch from which on the rate is the minimum, counted from the run's start.
  package var fixEpoch: Int
  package var stepsPerEpoch: Int

  package init(minimum: Double, maximum: Double, warmupEpochs: Int, fixEpoch: Int, stepsPerEpoch: Int) {
    self.minimum = minimum
    self.maximum = maximum
    self.warmupEpochs = warmupEpochs
    self.fixEpoch = fixEpoch
    self.stepsPerEpoch = stepsPerEpoch
  }

  package func value(at iteration: Int) -> Double {
    let (warmup, fixed) = (warmupEpochs * stepsPerEpoch, fixEpoch * stepsPerEpoch)
    if iteration < warmup {
      return minimum + (maximum - minimum) * Double(iteration) / Double(warmup)
    }
    guard iteration < fixed else { return minimum }
    let part = Double(iteration - warmup) / Double(fixed - warmup)
    return minimum + 0.5 * (maximum - minimum) * (1 + cos(Double.pi * part))
  }
}
