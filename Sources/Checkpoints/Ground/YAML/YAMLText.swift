// SPDX-License-Identifier: Apache-2.0

/// Values as YAML 1.1 that PyYAML reads back to the same ones.
enum YAMLText {
  /// On one line: containers in flow form, texts in double quotes.
  ///
  /// - Precondition: collections lie at most as deep in each other as `YAMLReader` reads them.
  static func of(_ value: YAMLValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): float(value)
    case .text(let value): quoted(value.shown)
    case .timestamp(let value): value.shown
    case .list(let items): "[" + items.map(of).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { "\(of($0.key)): \(of($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  /// A key at the beginning of a line: as it stands where it is a word that is read back as itself.
  static func key(_ key: YAMLValue) -> String {
    guard case .text(let text) = key, let first = text.bytes.first else { return of(key) }
    let isWord = text.bytes.allSatisfy { isLetter($0) || YAMLScalar.isDigit($0) || "_-.".utf8.contains($0) }
    return isWord && isLetter(first) && YAMLScalar.resolve(text) == .value(key) ? text.shown : of(key)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// As PyYAML represents floats: what YAML 1.1 reads as one has a point, and its exponent a sign.
  static func float(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = value.description
    guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Double quotes, and escapes for what YAML calls not printable, for line ends that it would fold, and for marks.
  private static func quoted(_ text: String) -> String {
    var quoted = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\"".unicodeScalars
      case "\\": quoted += "\\\\".unicodeScalars
      case "\n": quoted += "\\n".unicodeScalars
      case "\t": quoted += "\\t".unicodeScalars
      case "\r": quoted += "\\r".unicodeScalars
      case _ where isHidden(scalar):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value > 0xFFFF ? 8 : 4
        let zeros = String(repeating: "0", count: width - digits.utf8.count)
        quoted += ((width == 8 ? "\\U" : "\\u") + zeros + digits).unicodeScalars
      default: quoted.append(scalar)
      }
    }
    quoted.append("\"")
    return String(quoted)
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
