// SPDX-License-Identifier: Apache-2.0

/// Lists as sentences and tables have them.
package enum Prose {
  /// In a sentence: `a`, `b` and `c`, each in backticks; after `limit` names "and 12 more".
  package static func list(_ names: [Text], limit: Int = 6) -> String {
    phrases(names.prefix(limit).map { "`\($0)`" }, of: names.count)
  }

  package static func list(_ names: [String], limit: Int = 6) -> String {
    phrases(names.prefix(limit).map { "`\($0)`" }, of: names.count)
  }

  /// The same of phrases as they stand, and of names in a table, which is no sentence.
  package static func phrases(_ phrases: [String], limit: Int = 6) -> String {
    self.phrases(Array(phrases.prefix(limit)), of: phrases.count)
  }

  private static func phrases(_ shown: [String], of count: Int) -> String {
    let rest = count - shown.count
    if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) more" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `1 tensor`, `231 tensors`.
  package static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }

  /// A share or a change with two digits: `3.1 %`, `12 %`, `0.031 %`.
  package static func percent(_ ratio: Double) -> String {
    let value = ratio.magnitude * 100
    if value == 0 { return "0 %" }
    if value < 0.0001 { return "less than 0.0001 %" }
    if value >= 1e6 { return "more than 1000000 %" }
    var (digits, bound) = (0, 9.95)
    while value < bound { (digits, bound) = (digits + 1, bound / 10) }
    return fixed(value, digits) + " %"
  }

  /// A number with `digits` decimals; as it is where it has more digits than an integer holds.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    let power = (0..<digits).reduce(1) { product, _ in product * 10 }
    guard let scaled = Int(exactly: (value.magnitude * Double(power)).rounded()) else { return "\(value)" }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % power)
    return "\(sign)\(scaled / power)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
