// SPDX-License-Identifier: Apache-2.0
import Glibc

/// DINO's `cosine_scheduler`: from 0 in a line to `base`, then along a cosine to `final`.
///
/// The line reaches `base` at the last step of the warm-up, and the cosine starts there: `base` occurs twice. `final`
/// is not reached within the epochs; it is the value past their end.
package struct CosineSchedule: Schedule, Equatable {
  package var base: Double
  package var final: Double
  package var warmupEpochs: Int
  /// Of the whole run, the warm-up among them.
  package var epochs: Int
  package var stepsPerEpoch: Int

  package init(base: Double, final: Double, warmupEpochs: Int = 0, epochs: Int, stepsPerEpoch: Int) {
    self.base = base
    self.final = final
    self.warmupEpochs = warmupEpochs
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }

  package func value(at iteration: Int) -> Double {
    let warmup = warmupEpochs * stepsPerEpoch
    if iteration < warmup { return LinearSpace(from: 0, to: base, count: warmup)[iteration] }
    let (step, steps) = (iteration - warmup, epochs * stepsPerEpoch - warmup)
    guard step < steps else { return final }
    return final + 0.5 * (base - final) * (1 + cos(Double.pi * Double(step) / Double(steps)))
  }
}
