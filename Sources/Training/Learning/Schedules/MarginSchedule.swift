// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A margin that rises between two epochs (3D-Speaker's `MarginScheduler`). Iterations count from 0 over
/// the whole run.
package struct MarginSchedule: Schedule, Equatable {
  package enum Shape: String, Sendable {
    /// Fast at first: 1 - (1e-3 / (1 + 1e-6))^part.
    case exp
    case linear
  }

  package var initial: Double
  package var final: Double
  package var startEpoch: Int
  package var fixEpoch: Int
  package var stepsPerEpoch: Int
  package var shape: Shape

  package init(
    initial: Double = 0, final: Double, startEpoch: Int, fixEpoch: Int, stepsPerEpoch: Int,
    shape: Shape = .exp
  ) {
    self.initial = initial
    self.final = final
    self.startEpoch = startEpoch
    self.fixEpoch = fixEpoch
    self.stepsPerEpoch = stepsPerEpoch
    self.shape = shape
  }

  package func value(at iteration: Int) -> Double {
    let (start, fixed) = (startEpoch * stepsPerEpoch, fixEpoch * stepsPerEpoch)
    if iteration >= fixed { return final }
    if iteration < start { return initial }
    let part = Double(iteration - start) / Double(fixed - start)
    let ratio = shape == .exp ? 1 - Glibc.exp(part * log(1e-3 / (1 + 1e-6))) : part
    return initial + (final - initial) * ratio
  }
}
