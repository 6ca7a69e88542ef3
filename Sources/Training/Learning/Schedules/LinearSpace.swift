// SPDX-License-Identifier: Apache-2.0

/// `numpy.linspace`: `count` values from `start` to `end`, both among them, in its arithmetic.
package struct LinearSpace: Sendable, Equatable {
  package var start: Double
  package var end: Double
  package var count: Int

  package init(from start: Double, to end: Double, count: Int) {
    self.start = start
    self.end = end
    self.count = count
  }

  /// Value `index`; a single value is `start`.
  package subscript(index: Int) -> Double {
    guard count > 1 else { return start }
    if index == count - 1 { return end }
    return Double(index) * ((end - start) / Double(count - 1)) + start
  }
}
