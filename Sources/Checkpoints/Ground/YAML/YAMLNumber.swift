// SPDX-License-Identifier: Apache-2.0

/// PyYAML's patterns for integers, floats and timestamps, each written out over a cursor: what the regular expressions
/// of `resolver.py` accept, and nothing else.
struct YAMLNumber {
  private let bytes: [UInt8]
  private var at = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `[-+]?0b[0-1_]+`, `[-+]?0[0-7_]+`, `[-+]?(?:0|[1-9][0-9_]*)`, `[-+]?0x[0-9a-fA-F_]+`,
  /// `[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+`.
  static func isInt(_ bytes: [UInt8]) -> Bool {
    var start = YAMLNumber(bytes)
    start.sign()
    func ends(_ body: (inout YAMLNumber) -> Bool) -> Bool {
      var cursor = start
      return body(&cursor) && cursor.isAtEnd
    }
    return ends { $0.word("0b") && $0.many("01_") > 0 }
      || ends { $0.word("0") && $0.many("01234567_") > 0 }
      || ends { $0.word("0") }
      || ends { $0.word("0x") && $0.many("0123456789abcdefABCDEF_") > 0 }
      || ends { cursor in
        guard cursor.one("123456789") else { return false }
        _ = cursor.many("0123456789_")
        _ = cursor.sexagesimals()
        return true
      }
  }

  /// `[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?`, `\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
  /// `[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*`, `[-+]?\.(?:inf|Inf|INF)`, `\.(?:nan|NaN|NAN)`.
  static func isFloat(_ bytes: [UInt8]) -> Bool {
    var start = YAMLNumber(bytes)
    if [".nan", ".NaN", ".NAN"].contains(where: { bytes.elementsEqual($0.utf8) }) { return true }
    let isSigned = start.sign()
    if [".inf", ".Inf", ".INF"].contains(where: { bytes[start.at...].elementsEqual($0.utf8) }) {
      return true
    }
    if start.one(".") {
      guard !isSigned, start.one(digits) else { return false }
      _ = start.many(digits + "_")
      start.exponent()
      return start.isAtEnd
    }
    guard start.one(digits) else { return false }
    _ = start.many(digits + "_")
    let isSexagesimal = start.sexagesimals() > 0
    guard start.one(".") else { return false }
    _ = start.many(digits + "_")
    if !isSexagesimal { start.exponent() }
    return start.isAtEnd
  }

  private static let digits = "0123456789"

  private var isAtEnd: Bool { at == bytes.count }

  @discardableResult private mutating func sign() -> Bool { one("+-") }

  private mutating func one(_ allowed: String) -> Bool {
    guard at < bytes.count, allowed.utf8.contains(bytes[at]) else { return false }
    at += 1
    return true
  }

  private mutating func many(_ allowed: String) -> Int {
    let start = at
    while one(allowed) {}
    return at - start
  }

  private mutating func word(_ word: String) -> Bool {
    guard bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  /// `(?:[eE][-+][0-9]+)?`
  private mutating func exponent() {
    let start = at
    if one("eE"), one("+-"), many(Self.digits) > 0 { return }
    at = start
  }

  /// `(?::[0-5]?[0-9])*`: how many there are. A digit from 0 to 5 has another one behind it where one stands there.
  private mutating func sexagesimals() -> Int {
    var count = 0
    while true {
      let start = at
      guard one(":") else { return count }
      let isTens = one("012345")
      guard one(Self.digits) || isTens else {
        at = start
        return count
      }
      count += 1
    }
  }
}

/// PyYAML's pattern for dates and times.
enum YAMLTimestamp {
  /// `YYYY-MM-DD`, or `YYYY-M-D`, `T`, `t` or blanks, `h:mm:ss`, a fraction, a zone.
  static func matches(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8, bytes[..<4].allSatisfy(YAMLScalar.isDigit), bytes[4] == UInt8(ascii: "-") else {
      return false
    }
    if bytes.count == 10, bytes[7] == UInt8(ascii: "-"),
      [5, 6, 8, 9].allSatisfy({ YAMLScalar.isDigit(bytes[$0]) })
    {
      return true
    }
    var rest = bytes[5...]
    guard digits(&rest, 1...2), take(&rest, "-"), digits(&rest, 1...2) else { return false }
    if !take(&rest, "Tt") {
      guard blanks(&rest) > 0 else { return false }
    }
    guard digits(&rest, 1...2), take(&rest, ":"), digits(&rest, 2...2), take(&rest, ":"), digits(&rest, 2...2)
    else { return false }
    if take(&rest, ".") { rest = rest.drop(while: YAMLScalar.isDigit) }
    if rest.isEmpty { return true }
    _ = blanks(&rest)
    if take(&rest, "Z") { return rest.isEmpty }
    guard take(&rest, "+-"), digits(&rest, 1...2) else { return false }
    if take(&rest, ":") { guard digits(&rest, 2...2) else { return false } }
    return rest.isEmpty
  }

  /// Whether it is one of the calendar, whose parts are as Python's `datetime` has them.
  static func isDate(_ bytes: [UInt8]) -> Bool {
    guard matches(bytes) else { return false }
    let numbers = bytes.split { !YAMLScalar.isDigit($0) }.map {
      Int(String(decoding: $0, as: UTF8.self)) ?? .max
    }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year > 0, (1...12).contains(month), (1...days[month - 1]).contains(day) else { return false }
    guard numbers.count > 5 else { return true }
    guard numbers[3] < 24, numbers[4] < 60, numbers[5] < 60 else { return false }
    guard let sign = bytes[10...].lastIndex(where: { "+-".utf8.contains($0) }) else { return true }
    let zone = bytes[sign...].split { !YAMLScalar.isDigit($0) }.map {
      Int(String(decoding: $0, as: UTF8.self)) ?? .max
    }
    return zone[0] * 60 + (zone.count > 1 ? zone[1] : 0) < 24 * 60
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ allowed: String) -> Bool {
    guard let first = rest.first, allowed.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func digits(_ rest: inout ArraySlice<UInt8>, _ count: ClosedRange<Int>) -> Bool {
    let found = rest.prefix(count.upperBound).prefix(while: YAMLScalar.isDigit).count
    rest = rest.dropFirst(found)
    return found >= count.lowerBound
  }

  private static func blanks(_ rest: inout ArraySlice<UInt8>) -> Int {
    let found = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
    rest = rest.dropFirst(found)
    return found
  }
}
