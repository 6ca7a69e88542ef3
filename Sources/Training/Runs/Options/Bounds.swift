// SPDX-License-Identifier: Apache-2.0

/// What the number of an option may be, and how a refusal says it.
struct Bounds<Value: Sendable>: Sendable {
  let text: String
  let hold: @Sendable (Value) -> Bool

  init(_ text: String, _ hold: @escaping @Sendable (Value) -> Bool) {
    self.text = text
    self.hold = hold
  }

  /// What a number may be is found out where it is used.
  static var any: Self { Self("any number") { _ in true } }
}

extension Bounds<Int> {
  static func within(_ range: ClosedRange<Int>) -> Self {
    Self("\(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
  }

  static func from(_ least: Int) -> Self { Self("at least \(least)") { $0 >= least } }
}

/// Neither NaN nor infinity is within any of them.
extension Bounds<Double> {
  static let aboveZero = Self("above 0") { $0 > 0 && $0.isFinite }
  static let fromZero = Self("at least 0") { $0 >= 0 && $0.isFinite }
  static let share = Self("0 to 1") { (0...1).contains($0) }
  static let belowOne = Self("0 to below 1") { $0 >= 0 && $0 < 1 }
}
