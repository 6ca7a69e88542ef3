// SPDX-License-Identifier: Apache-2.0

/// A value that knows its own JSON.
protocol JSONWritable {
  var json: JSONBytes { get throws }
}

/// A JSON value that is about to be written, with the members of objects in the order of their names' bytes.
///
/// FoundationEssentials' encoder collects members in a dictionary of `String`s, where names that are canonically
/// equal are one: of two tensors it would write one.
final class JSONBytes {
  enum Kind {
    /// A number, a word or a string, as it is written.
    case leaf([UInt8])
    case array([JSONBytes])
    case object([(name: Text, value: JSONBytes)])
  }

  var kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  convenience init(word: String) { self.init(.leaf(Array(word.utf8))) }

  convenience init(text: Text) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + 2)
    Self.quote(text, into: &bytes)
    self.init(.leaf(bytes))
  }

  /// Nil for NaN and infinities, which JSON has no words for.
  convenience init?(number: Double) {
    guard number.isFinite else { return nil }
    let text = "\(number)"
    self.init(word: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  func add(_ value: JSONBytes) {
    guard case .array(var items) = kind else { return }
    kind = .array([])
    items.append(value)
    kind = .array(items)
  }

  func add(_ name: Text, _ value: JSONBytes) {
    guard case .object(var members) = kind else { return }
    kind = .object([])
    members.append((name, value))
    kind = .object(members)
  }

  var count: Int { if case .array(let items) = kind { items.count } else { 0 } }

  /// Recursion goes as deep as the report's own types nest; values from files are leaves of it.
  func write(to bytes: inout [UInt8]) {
    switch kind {
    case .leaf(let leaf): bytes += leaf
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        item.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.quote(member.name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A text in quotes. A lone surrogate is written `\ud800`, which Python's `json` reads as what it was.
  static func quote(_ text: Text, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    text.withBytes { source in
      var index = 0
      while index < source.count {
        let byte = source[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        case 0xED where index + 2 < source.count && source[index + 1] >= 0xA0:
          let value = 0xD000 | UInt32(source[index + 1] & 0x3F) << 6 | UInt32(source[index + 2] & 0x3F)
          bytes += "\\u\(String(value, radix: 16))".utf8
          index += 2
        default: bytes.append(byte)
        }
        index += 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
