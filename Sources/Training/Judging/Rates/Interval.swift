// SPDX-License-Identifier: Apache-2.0

/// Between which values 95 % of a sample lie, as many below as above.
package struct Interval: Codable, Sendable, Equatable {
  package var lower: Double
  package var upper: Double

  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The percentiles 2.5 and 97.5, straight between the two values that they fall between; nil of an empty sample.
  package init?(of sample: [Double]) {
    guard !sample.isEmpty else { return nil }
    let rising = sample.sorted()
    func percentile(_ share: Double) -> Double {
      let place = share * Double(rising.count - 1)
      let below = Int(place)
      let above = min(below + 1, rising.count - 1)
      return rising[below] + (place - Double(below)) * (rising[above] - rising[below])
    }
    (lower, upper) = (percentile(0.025), percentile(0.975))
  }
}
