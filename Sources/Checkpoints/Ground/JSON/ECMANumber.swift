// SPDX-License-Identifier: Apache-2.0

/// A double as ECMAScript's `Number::toString` writes it, which is the form of RFC 8785: the fewest digits that read back,
/// with an exponent from 1e21 on and below 1e-6.
enum ECMANumber {
  /// Nil for NaN and infinities.
  static func text(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    if value == 0 { return "0" }
    let (digits, point) = decimal(value.magnitude)
    let sign = value < 0 ? "-" : ""
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    switch point {
    case digits.count...21: return sign + digits + zeros(point - digits.count)
    case 1...21: return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    case -5...0: return sign + "0." + zeros(-point) + digits
    default:
      let rest = digits.dropFirst()
      let exponent = point - 1
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "" : "+")
        + String(exponent)
    }
  }

  /// The digits without zeros at either end, and how many of them stand before the point; less than none where zeros
  /// stand after it.
  private static func decimal(_ value: Double) -> (digits: String, point: Int) {
    // Swift writes the fewest digits too, in another form.
    let parts = "\(value)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let all = mantissa.joined()
    let leading = all.prefix { $0 == "0" }.count
    var digits = all.dropFirst(leading)
    while digits.last == "0" { digits.removeLast() }
    return (String(digits), mantissa[0].count + exponent - leading)
  }
}
