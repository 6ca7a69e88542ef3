// SPDX-License-Identifier: Apache-2.0

/// A number that changes as a run goes on: a learning rate, a weight decay, a margin, a momentum.
package protocol Schedule: Sendable {
  /// The value at an iteration, counted from 0 over the whole run. Past the end it stays at its last value.
  func value(at iteration: Int) -> Double
}

/// The same value throughout.
package struct ConstantSchedule: Schedule, Equatable {
  package var value: Double

  package init(_ value: Double) { self.value = value }

  package func value(at iteration: Int) -> Double { value }
}
