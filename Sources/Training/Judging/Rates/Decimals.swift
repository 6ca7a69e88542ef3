// SPDX-License-Identifier: Apache-2.0

/// Numbers with a fixed count of decimals, as tables and progress lines show them.
package enum Decimals {
  /// `value` rounded to `places` decimals: `text(2.345, places: 2)` is `2.35` or `2.34`, as binary lies.
  package static func text(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
    let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 1e18 else { return "\(value)" }
    let digits = String(Int64(scaled))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + padded }
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// A share of 1 as so many hundredths, without needless decimals: `percent(0.001)` is `0.1 %`.
  package static func percent(_ share: Double) -> String {
    let text = text(share * 100, places: 10)
    guard text.contains("."), Double(text) != 0 else { return "\(plain(share * 100)) %" }
    let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
    return String(digits) + " %"
  }

  /// `value` with as many decimals as it takes, and without an exponent where they are at most twelve: `0.00001`.
  static func plain(_ value: Double) -> String {
    for places in 0...12 {
      let text = text(value, places: places)
      if Double(text) == value { return text }
    }
    return "\(value)"
  }
}
