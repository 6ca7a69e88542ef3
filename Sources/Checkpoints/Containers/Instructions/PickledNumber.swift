// SPDX-License-Identifier: Apache-2.0

/// What C and Python make of the lines by which INT, LONG, FLOAT, GET and PUT write numbers.
///
/// C takes a line as a string of C: a NUL ends it. `_pickle` tries strtol before Python's own rules.
enum PickledNumber {
  /// Who takes a line for a number.
  struct Readers: Equatable {
    var c: Bool
    var python: Bool
  }

  static func integer(_ line: ArraySlice<UInt8>) -> Readers {
    // False and True, as protocols 0 and 1 write them.
    if line.elementsEqual("00".utf8) || line.elementsEqual("01".utf8) {
      return Readers(c: true, python: true)
    }
    let text = beforeNUL(line)
    // Two letters with the newline, at least.
    let c = !line.isEmpty && (strtol(line) || isInteger(text, base: 0))
    return Readers(c: c, python: isInteger(line, base: 0))
  }

  /// LONG: one `L` at the end goes.
  static func long(_ line: ArraySlice<UInt8>) -> Readers {
    let digits = line.last == UInt8(ascii: "L") ? line.dropLast() : line
    return Readers(
      c: !line.isEmpty && isInteger(beforeNUL(digits), base: 0), python: isInteger(digits, base: 0))
  }

  static func float(_ line: ArraySlice<UInt8>) -> Readers {
    let end = floatEnd(line)
    let c = end.map { ($0 == line.endIndex || line[$0] == 0) && !isBeyondRange(line[..<$0]) } ?? false
    let text = trimmed(line)
    let plain = withoutUnderscores(text)
    let python = plain.map { floatEnd($0[...]) == $0.endIndex } ?? false
    return Readers(c: c, python: python)
  }

  /// The index of a memo; nil where neither reads one, or it does not fit.
  static func index(_ line: ArraySlice<UInt8>) -> (value: Int?, readers: Readers) {
    let text = beforeNUL(line)
    let python = isInteger(line, base: 10)
    guard !line.isEmpty, isInteger(text, base: 10) else { return (nil, Readers(c: false, python: python)) }
    let digits = trimmed(text).filter { $0 != UInt8(ascii: "_") }
    let value = Int(String(decoding: digits, as: UTF8.self))
    return (value, Readers(c: value != nil, python: python))
  }

  // MARK: What they take

  private static func beforeNUL(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> { line.prefix { $0 != 0 } }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || 9...13 ~= byte }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line.drop(while: isSpace)
    while let last = line.last, isSpace(last) { line.removeLast() }
    return line
  }

  private static func isSign(_ byte: UInt8?) -> Bool {
    byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }

  /// Python's `int(text, base)`: of any length, since only newer ones bound it.
  private static func isInteger(_ text: ArraySlice<UInt8>, base: Int) -> Bool {
    var digits = trimmed(text)
    if isSign(digits.first) { digits.removeFirst() }
    var radix: UInt8 = 10
    if base == 0, digits.first == UInt8(ascii: "0"), digits.count > 1 {
      switch digits[digits.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      // An old octal number is none, but zeros are.
      default: radix = 1
      }
      if radix > 1 {
        digits = digits.dropFirst(2)
        // An underscore may stand behind the prefix.
        if digits.first == UInt8(ascii: "_") { digits.removeFirst() }
      }
    }
    guard let digits = withoutUnderscores(digits), !digits.isEmpty else { return false }
    return digits.allSatisfy { PickleText.hexadecimalValue($0).map { $0 < radix } ?? false }
  }

  /// The same without underscores, each of which must stand between two digits; nil where one does not.
  private static func withoutUnderscores(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    var plain: [UInt8] = []
    plain.reserveCapacity(digits.count)
    var follows = false
    for (index, byte) in zip(digits.indices, digits) {
      if byte == UInt8(ascii: "_") {
        let next = index + 1 < digits.endIndex ? PickleText.hexadecimalValue(digits[index + 1]) : nil
        guard follows, next != nil else { return nil }
        follows = false
      } else {
        plain.append(byte)
        follows = PickleText.hexadecimalValue(byte) != nil
      }
    }
    return plain
  }

  /// Whether C's `strtol(line, &end, 0)` ends at the newline or at a NUL: old octal numbers, and none at all before a NUL.
  private static func strtol(_ line: ArraySlice<UInt8>) -> Bool {
    var rest = line.drop(while: isSpace)
    if isSign(rest.first) { rest.removeFirst() }
    var radix: UInt8 = 10
    if rest.first == UInt8(ascii: "0") {
      radix = 8
      let digits = rest.dropFirst(2)
      if rest.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x"),
        digits.first.flatMap(PickleText.hexadecimalValue) != nil
      {
        radix = 16
        rest = digits
      }
    }
    let end = rest.drop { PickleText.hexadecimalValue($0).map { $0 < radix } ?? false }
    // Without a digit it has read nothing.
    guard end.startIndex > rest.startIndex else { return line.first == 0 }
    let digits = String(decoding: rest[..<end.startIndex], as: UTF8.self)
    return (end.isEmpty || end.first == 0) && Int(digits, radix: Int(radix)) != nil
  }

  /// Whether digits say more than a float holds: `pickle.py` then takes it for infinite.
  private static func isBeyondRange(_ text: ArraySlice<UInt8>) -> Bool {
    // `inf` and `infinity` end in letters.
    guard let last = text.last, last <= UInt8(ascii: "9") else { return false }
    return Double(String(decoding: text, as: UTF8.self))?.isInfinite ?? false
  }

  /// Where a float ends that begins here, as Python's own C reads it; nil where none does.
  private static func floatEnd(_ text: ArraySlice<UInt8>) -> Int? {
    var rest = text
    if isSign(rest.first) { rest.removeFirst() }
    for word in ["infinity", "inf", "nan"]
    where rest.prefix(word.utf8.count).map({ $0 | 0x20 }) == Array(word.utf8) {
      return rest.startIndex + word.utf8.count
    }
    func digits() -> Bool {
      let after = rest.drop { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      defer { rest = after }
      return after.startIndex > rest.startIndex
    }
    var hasDigits = digits()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      hasDigits = digits() || hasDigits
    }
    guard hasDigits else { return nil }
    let end = rest.startIndex
    guard let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") else { return end }
    rest.removeFirst()
    if isSign(rest.first) { rest.removeFirst() }
    return digits() ? rest.startIndex : end
  }
}
