// SPDX-License-Identifier: Apache-2.0
public import Checkpoints

/// How figures and names are written for people.
public enum Words {
  /// `640 B`, `25.0 KiB`, `765.3 MiB`.
  public static func bytes(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    var value = Double(count)
    var unit = ""
    for next in ["KiB", "MiB", "GiB", "TiB"] where unit.isEmpty || value >= 1023.95 {
      value /= 1024
      unit = next
    }
    return "\(fixed(value, 1)) \(unit)"
  }

  /// `1 tensor`, `231 tensors`.
  public static func count(_ number: Int, _ thing: String) -> String { Prose.count(number, thing) }

  /// `16x80x5`, or `scalar`; `3x*x5` where the second size differs within a nested tensor.
  public static func shape(_ shape: [Int]) -> String {
    TensorRecord.text(of: shape)
  }

  /// A number with `digits` decimals; as it is where it has more digits than an integer holds.
  public static func fixed(_ value: Double, _ digits: Int) -> String { Prose.fixed(value, digits) }

  /// Three digits: `0.0123`, `1.23e-05`, `12300`.
  public static func figure(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var exponent = 0
    var mantissa = value.magnitude
    // By tens, which are exact up to 10^22; a report needs no last digit.
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    if mantissa >= 9.995 { (mantissa, exponent) = (1, exponent + 1) }
    let sign = value < 0 ? "-" : ""
    if (-4...5).contains(exponent) { return sign + fixed(value.magnitude, max(0, 2 - exponent)) }
    let digits = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(sign)\(fixed(mantissa, 2))e\(exponent < 0 ? "-" : "+")\(digits)"
  }

  /// A value as Python writes it.
  public static func python(_ value: JSONValue) -> String {
    switch value {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): String(value)
    case .double(let value): value.isFinite ? "\(value)" : value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    case .string(let text): "'" + plain(text) + "'"
    case .array(let values): "[" + values.map(python).joined(separator: ", ") + "]"
    case .object(let values):
      "{"
        + values.sorted { $0.key < $1.key }.map { "'\(plain($0.key))': \(python($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }

  /// At most `length` characters.
  public static func short(_ text: String, _ length: Int) -> String {
    text.count > length ? text.prefix(length - 3) + "..." : text
  }

  /// Text from a file made safe for a terminal: control characters, which could move the cursor or hide other text,
  /// are written as `\u{1b}`.
  public static func plain(_ text: String) -> String { PlainText.of(text) }
  /// A name of a file made safe to show, with its lone surrogates shown.
  public static func plain(_ text: Text) -> String { PlainText.of(text.shown) }
}
