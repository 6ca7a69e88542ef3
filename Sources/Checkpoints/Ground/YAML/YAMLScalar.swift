// SPDX-License-Identifier: Apache-2.0

/// What plain scalars stand for in YAML 1.1, by PyYAML's resolvers and constructors (`resolver.py`, `constructor.py`
/// of PyYAML 6): `yes` is true, `010` is 8, `1:30` is 90, `1e-3` and `0o7` are texts.
enum YAMLScalar {
  /// What a plain scalar is.
  enum Resolved: Equatable {
    case value(YAMLValue)
    /// `<<`, which as a key takes other mappings in.
    case merge
    /// `=`, a text as a key and nothing that PyYAML knows as a value.
    case equals
    /// An integer beyond 64 bits.
    case large
    /// Digits that PyYAML takes for a number and then cannot read: `0b_`.
    case broken
  }

  static func resolve(_ text: Text) -> Resolved {
    let bytes = text.bytes
    switch bytes.first {
    case nil: return .value(.null)
    case UInt8(ascii: "<") where text == "<<": return .merge
    case UInt8(ascii: "=") where text == "=": return .equals
    default: break
    }
    if let word = words[text] { return .value(word) }
    if let resolved = number(bytes) { return resolved }
    guard YAMLTimestamp.matches(bytes) else { return .value(.text(text)) }
    return YAMLTimestamp.isDate(bytes) ? .value(.timestamp(text)) : .broken
  }

  private static let words: [Text: YAMLValue] = {
    var words: [Text: YAMLValue] = ["~": .null, "null": .null, "Null": .null, "NULL": .null]
    for word in ["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
      words[Text(word)] = .bool(true)
    }
    for word in ["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
      words[Text(word)] = .bool(false)
    }
    return words
  }()

  /// The truth value of a scalar that is tagged as one, which PyYAML takes in any mixture of cases.
  static func bool(_ text: Text) -> YAMLValue? {
    guard case .bool(let value) = words[Text(text.shown.lowercased())] else { return nil }
    return .bool(value)
  }

  /// Nil where the bytes are neither an integer nor a float.
  private static func number(_ bytes: [UInt8]) -> Resolved? {
    guard let first = bytes.first, isDigit(first) || "+-.".utf8.contains(first) else { return nil }
    if YAMLNumber.isFloat(bytes) { return float(bytes).map { .value(.float($0)) } ?? .broken }
    return YAMLNumber.isInt(bytes) ? int(bytes) : nil
  }

  /// An integer as `construct_yaml_int` makes it, whether its form is one of the resolver's or not.
  static func int(_ bytes: [UInt8]) -> Resolved {
    var digits = bytes.filter { $0 != UInt8(ascii: "_") }[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    let value: Magnitude
    if digits.starts(with: "0b".utf8) {
      value = magnitude(digits.dropFirst(2), radix: 2)
    } else if digits.starts(with: "0x".utf8) {
      value = magnitude(digits.dropFirst(2), radix: 16)
    } else if digits.first == UInt8(ascii: "0") {
      value = magnitude(digits, radix: 8)
    } else if digits.contains(UInt8(ascii: ":")) {
      value = sexagesimal(digits)
    } else {
      value = magnitude(digits, radix: 10)
    }
    switch value {
    case .broken: return .broken
    case .large: return .large
    case .value(let value):
      if isNegative, value == UInt64(1) << 63 { return .value(.int(.min)) }
      guard let value = Int64(exactly: value) else { return .large }
      return .value(.int(isNegative ? -value : value))
    }
  }

  private enum Magnitude {
    case value(UInt64)
    case large
    case broken
  }

  private static func magnitude(_ digits: ArraySlice<UInt8>, radix: UInt64) -> Magnitude {
    guard !digits.isEmpty else { return .broken }
    var value: UInt64 = 0
    var isLarge = false
    for digit in digits {
      guard let digit = Character(Unicode.Scalar(digit)).hexDigitValue, digit < radix else { return .broken }
      let (scaled, tooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, larger) = scaled.addingReportingOverflow(UInt64(digit))
      value = sum
      isLarge = isLarge || tooLarge || larger
    }
    return isLarge ? .large : .value(value)
  }

  /// `1:30` is 90: digits of base 60, apart by colons.
  private static func sexagesimal(_ digits: ArraySlice<UInt8>) -> Magnitude {
    var value: UInt64 = 0
    for part in digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard case .value(let digit) = magnitude(part, radix: 10) else { return magnitude(part, radix: 10) }
      let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 60)
      let (sum, larger) = scaled.addingReportingOverflow(digit)
      guard !tooLarge, !larger else { return .large }
      value = sum
    }
    return .value(value)
  }

  /// A float as `construct_yaml_float` makes it; nil where Python's `float` refuses.
  static func float(_ bytes: [UInt8]) -> Double? {
    let plain = bytes.filter { $0 != UInt8(ascii: "_") }
    var text = String(decoding: plain, as: UTF8.self).lowercased()
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    if isNegative || text.utf8.first == UInt8(ascii: "+") { text.removeFirst() }
    let value: Double
    switch text {
    case ".inf", "inf", "infinity": value = .infinity
    case ".nan", "nan": return .nan
    case _ where text.contains(":"):
      // From the last to the first, as PyYAML adds them up.
      var (sum, base) = (0.0, 1.0)
      for part in text.split(separator: ":", omittingEmptySubsequences: false).reversed() {
        guard let digit = decimal(String(part)) else { return nil }
        sum += digit * base
        base *= 60
      }
      value = sum
    default:
      guard let number = decimal(text) else { return nil }
      value = number
    }
    return isNegative ? -value : value
  }

  private static func decimal(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ isDigit($0) || ".eE+-".utf8.contains($0) }) else { return nil }
    return Double(text)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
