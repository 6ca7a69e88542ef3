// SPDX-License-Identifier: Apache-2.0

/// The factors by which the first of two tensors of one data type becomes the second, each product rounded to that type.
struct FactorCheck {
  /// Factors that fit every element so far; nil where none does.
  private(set) var range: ClosedRange<Double>? = -Double.infinity...Double.infinity
  /// Elements that are zero in neither.
  private(set) var evidence = 0

  /// Half a step between neighbours, relative to the larger of two powers of two, and the least step at all.
  private let relative: Double
  private let least: Double

  init(_ dtypes: DTypePair) {
    switch dtypes.a {
    // IEEE 754's fractions have 52, 23 and 10 bits, a bfloat16's 7: half a unit of the last place is at most this.
    case .float64: (relative, least) = (0x1p-53, 0x1p-1074)
    case .float32: (relative, least) = (0x1p-24, 0x1p-149)
    case .float16: (relative, least) = (0x1p-11, 0x1p-24)
    case .bfloat16: (relative, least) = (0x1p-8, 0x1p-133)
    default: (relative, least) = (0, 0)
    }
    if !dtypes.isEqual || relative == 0 { range = nil }
  }

  /// The first `count` numbers of either side.
  mutating func add(_ a: [Double], _ b: [Double], count: Int) {
    for index in 0..<count {
      guard let known = range else { return }
      let (x, y) = (a[index], b[index])
      if x == 0 && y == 0 { continue }
      guard x != 0, y != 0, x.isFinite, y.isFinite else {
        range = nil
        return
      }
      evidence += 1
      // Wider by a few units of a float64, in which the quotients themselves are rounded.
      let room = y.magnitude * relative * (1 + 0x1p-40) + least
      let quotient = y / x
      let width = room / x.magnitude + quotient.magnitude * 0x1p-50
      // No double holds some quotients of doubles.
      guard quotient != 0, quotient.isFinite, width.isFinite else {
        range = nil
        return
      }
      range = Self.intersection(known, quotient - width...quotient + width)
    }
  }

  /// What two tensors have in common; nil where nothing.
  static func intersection(_ a: ClosedRange<Double>?, _ b: ClosedRange<Double>?) -> ClosedRange<Double>? {
    guard let a, let b, a.overlaps(b) else { return nil }
    return a.clamped(to: b)
  }
}
