// SPDX-License-Identifier: Apache-2.0

/// Between which values 95 % of a sample lie, as many below as above.
package struct Interval: Codable, Sendable, Equatable {
  package var lower: Double
  package var upper: Double

  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Wilson's 95 % interval of the share that so many errors of so many trials are (E. B. Wilson, "Probable inference, the law
  /// of succession, and statistical inference", 1927).
  package init(errors: Int, of trials: Int) {
    let (count, square) = (Double(trials), 1.959963984540054 * 1.959963984540054)
    let share = Double(errors) / count
    let middle = (share + square / (2 * count)) / (1 + square / count)
    let spread =
      (square * (share * (1 - share) / count + square / (4 * count * count))).squareRoot()
      / (1 + square / count)
    lower = errors == 0 ? 0 : middle - spread
    upper = errors == trials ? 1 : middle + spread
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
