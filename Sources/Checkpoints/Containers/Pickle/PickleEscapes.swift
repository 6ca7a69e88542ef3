// SPDX-License-Identifier: Apache-2.0

/// The two escape languages of protocol 0.
extension PickleText {
  /// STRING: a Python 2 string literal with its quotes, for example `'a\n\x00'`.
  static func quoted(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    guard line.count >= 2, let quote = line.first, line.last == quote,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { return nil }
    var rest = line.dropFirst().dropLast()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rest.count)
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\") {
        guard let escape = rest.popFirst(), unescape(escape, &rest, into: &bytes) else { return nil }
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
    UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12,
    UInt8(ascii: "r"): 13,
  ]

  private static func unescape(_ escape: UInt8, _ rest: inout ArraySlice<UInt8>, into bytes: inout [UInt8])
    -> Bool
  {
    if let byte = simpleEscapes[escape] {
      bytes.append(byte)
    } else if escape == UInt8(ascii: "x") {
      guard let high = rest.popFirst().flatMap(hexadecimalValue),
        let low = rest.popFirst().flatMap(hexadecimalValue)
      else { return false }
      bytes.append(high << 4 | low)
    } else if octal(escape) != nil {
      var value = octal(escape) ?? 0
      for _ in 0..<2 {
        guard let digit = rest.first.flatMap(octal) else { break }
        value = value << 3 | digit
        rest.removeFirst()
      }
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else {
      // As in Python, a backslash before anything else stands for itself.
      bytes += [UInt8(ascii: "\\"), escape]
    }
    return true
  }

  private static func octal(_ character: UInt8) -> UInt? {
    (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(character) ? UInt(character - UInt8(ascii: "0")) : nil
  }

  /// UNICODE: Python's `raw-unicode-escape`, that is Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
  static func rawUnicode(_ line: ArraySlice<UInt8>) -> PickleGraph.Node? {
    var rest = line
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rest.count)
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        encode(UInt32(byte), into: &bytes)
        continue
      }
      guard escape == UInt8(ascii: "u") || escape == UInt8(ascii: "U") else {
        bytes.append(byte)
        encode(UInt32(escape), into: &bytes)
        continue
      }
      var value: UInt32 = 0
      for _ in 0..<(escape == UInt8(ascii: "u") ? 4 : 8) {
        guard let digit = rest.popFirst().flatMap(hexadecimalValue) else { return nil }
        value = value << 4 | UInt32(digit)
      }
      guard value <= 0x10FFFF else { return nil }
      encode(value, into: &bytes)
    }
    return unicode(bytes[...])
  }

  /// UTF-8, for surrogates too.
  private static func encode(_ scalar: UInt32, into bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(scalar))
    case 0x80..<0x800: bytes += [UInt8(0xC0 | scalar >> 6), tail(0)]
    case 0x800..<0x10000: bytes += [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)]
    default: bytes += [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}
