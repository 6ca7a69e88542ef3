// SPDX-License-Identifier: Apache-2.0

/// The text forms of values, as protocol 0 and the string opcodes write them. Nil means malformed.
enum PickleText {
  typealias Node = PickleGraph.Node

  /// UTF-8 as Python writes it with `surrogatepass`: lone surrogates may stand in it.
  static func unicode(_ bytes: ArraySlice<UInt8>) -> Node? {
    Text(utf8: bytes).map { .string($0) }
  }

  /// A Python 2 `str`, which is text or bytes: text if it can be.
  static func string(_ bytes: ArraySlice<UInt8>) -> Node {
    String(validating: bytes, as: UTF8.self).map { .string(Text($0)) } ?? .bytes(Array(bytes))
  }

  /// Two's complement, little-endian.
  static func long(_ bytes: ArraySlice<UInt8>) -> Node {
    var bytes = bytes
    let fill: UInt8 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : 0xFF
    // The sign byte may go while the byte below it carries the same sign.
    while bytes.count > 1, bytes.last == fill, let below = bytes.dropLast().last, below & 0x80 == fill & 0x80
    {
      bytes.removeLast()
    }
    guard bytes.count <= 8 else { return .long(Array(bytes)) }
    var value = fill == 0 ? 0 : UInt64.max
    for (index, byte) in bytes.enumerated() {
      let shift = UInt64(8 * index)
      value = value & ~(0xFF << shift) | UInt64(byte) << shift
    }
    return .int(Int64(bitPattern: value))
  }

  /// The most digits of an integer, as in CPython: turning more of them into binary takes quadratic time.
  static let digitLimit = 4300

  /// An integer as Python's `int(text, 0)` reads it: decimal, or with `0x`, `0o`, `0b`.
  static func integer(_ text: ArraySlice<UInt8>) -> Node? {
    var digits = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let negative = digits.first == UInt8(ascii: "-")
    if negative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix: UInt8 = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 1 {
      switch digits[digits.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      // As in Python, an old octal number is no number, but zeros are.
      default: guard digits.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
      }
      if radix != 10 { digits = digits.dropFirst(2) }
    }
    guard !digits.isEmpty, digits.count <= digitLimit else { return nil }
    var magnitude: [UInt8] = [0]
    for character in digits {
      guard let digit = hexadecimalValue(character), digit < radix else { return nil }
      var carry = UInt(digit)
      for index in magnitude.indices {
        carry += UInt(magnitude[index]) * UInt(radix)
        magnitude[index] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
      if carry > 0 { magnitude.append(UInt8(carry)) }
    }
    magnitude.append(0)
    if negative {
      var carry: UInt = 1
      for index in magnitude.indices {
        carry += UInt(~magnitude[index])
        magnitude[index] = UInt8(truncatingIfNeeded: carry)
        carry >>= 8
      }
    }
    return long(magnitude[...])
  }

  /// A float as Python's `repr` writes it.
  static func float(_ text: ArraySlice<UInt8>) -> Double? {
    // Swift also reads hexadecimal floats and NaN payloads; Python does not write them.
    let allowed = Set("+-.0123456789eEinfatyINFATY".utf8)
    guard text.allSatisfy(allowed.contains) else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }

  static func hexadecimalValue(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
