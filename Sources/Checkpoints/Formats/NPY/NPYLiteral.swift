// SPDX-License-Identifier: Apache-2.0

/// The header of a `.npy` file as Python's `ast.literal_eval` has it, which numpy asks: any literal, with escapes in
/// texts, not only what numpy itself writes.
indirect enum NPYLiteral: Equatable {
  case text(Text)
  case number(Int)
  case list([NPYLiteral])
  case dict([(key: NPYLiteral, value: NPYLiteral)])
  /// True, False, None, and whatever else is a word.
  case word(Text)

  static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)), (.word(let left), .word(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.dict(let left), .dict(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }

  /// Nil where the text is no literal of this kind.
  init?(_ bytes: [UInt8]) {
    var parser = Parser(bytes: bytes)
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  /// What stands under a key; the last, as in Python.
  subscript(_ key: Text) -> NPYLiteral? {
    guard case .dict(let pairs) = self else { return nil }
    return pairs.last { $0.key == .text(key) }?.value
  }
}

extension NPYLiteral {
  private struct Parser {
    let bytes: [UInt8]
    var at = 0

    private static let deepest = 64

    var isAtEnd: Bool {
      mutating get {
        skip()
        return at == bytes.count
      }
    }

    mutating func value(depth: Int) -> NPYLiteral? {
      skip()
      guard at < bytes.count, depth < Self.deepest else { return nil }
      switch bytes[at] {
      case UInt8(ascii: "{"): return dict(depth)
      case UInt8(ascii: "["): return items(depth, UInt8(ascii: "]"))
      case UInt8(ascii: "("): return items(depth, UInt8(ascii: ")"))
      case UInt8(ascii: "'"), UInt8(ascii: "\""): return texts()
      case let byte where Self.isWord(byte): return word()
      case UInt8(ascii: "-"):
        at += 1
        return word()
      default: return nil
      }
    }

    private mutating func dict(_ depth: Int) -> NPYLiteral? {
      at += 1
      var pairs: [(key: NPYLiteral, value: NPYLiteral)] = []
      while !take(UInt8(ascii: "}")) {
        guard let key = value(depth: depth + 1), take(UInt8(ascii: ":")), let value = value(depth: depth + 1)
        else { return nil }
        pairs.append((key, value))
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "}")) else { return nil }
        break
      }
      return .dict(pairs)
    }

    private mutating func items(_ depth: Int, _ close: UInt8) -> NPYLiteral? {
      at += 1
      var items: [NPYLiteral] = []
      while !take(close) {
        guard let item = value(depth: depth + 1) else { return nil }
        items.append(item)
        if take(UInt8(ascii: ",")) { continue }
        guard take(close) else { return nil }
        break
      }
      return .list(items)
    }

    /// A name, a number, or a text with letters before its quote.
    private mutating func word() -> NPYLiteral? {
      let start = at
      while at < bytes.count, Self.isWord(bytes[at]) { at += 1 }
      let word = Text(part: bytes[start..<at])
      if at < bytes.count, bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\""), at - start <= 2
      {
        return texts()
      }
      // Python 2 wrote its long integers as 3L.
      let digits = word.dropping(suffix: "L") ?? word
      if let number = digits.ascii.flatMap({ Int($0) }) { return .number(number) }
      return word.isEmpty ? nil : .word(word)
    }

    /// Texts that follow each other are one.
    private mutating func texts() -> NPYLiteral? {
      var all: [UInt8] = []
      repeat {
        guard let more = text() else { return nil }
        all += more
        skip()
      } while at < bytes.count && (bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\""))
      return .text(Text(part: all))
    }

    private mutating func text() -> [UInt8]? {
      let quote = bytes[at]
      at += 1
      var text: [UInt8] = []
      while at < bytes.count, bytes[at] != quote {
        guard bytes[at] == UInt8(ascii: "\\") else {
          text.append(bytes[at])
          at += 1
          continue
        }
        guard at + 1 < bytes.count, let made = escape(bytes[at + 1]) else { return nil }
        text += made
      }
      guard at < bytes.count else { return nil }
      at += 1
      return text
    }

    /// What an escape stands for; `at` moves behind it.
    private mutating func escape(_ letter: UInt8) -> [UInt8]? {
      at += 2
      switch letter {
      case UInt8(ascii: "x"): return code(2, 16)
      case UInt8(ascii: "u"): return code(4, 16)
      case UInt8(ascii: "U"): return code(8, 16)
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        at -= 1
        let digits = bytes[at...].prefix(3).prefix { (0x30...0x37).contains($0) }.count
        return code(digits, 8)
      case UInt8(ascii: "n"): return [0x0A]
      case UInt8(ascii: "\n"): return []
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return [letter]
      case UInt8(ascii: "N"): return nil
      default: return [UInt8(ascii: "\\"), letter]
      }
    }

    private mutating func code(_ digits: Int, _ radix: Int) -> [UInt8]? {
      guard at + digits <= bytes.count,
        let value = UInt32(String(decoding: bytes[at..<at + digits], as: UTF8.self), radix: radix),
        let scalar = Unicode.Scalar(value)
      else { return nil }
      at += digits
      return Array(String(Character(scalar)).utf8)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skip()
      guard at < bytes.count, bytes[at] == byte else { return false }
      at += 1
      return true
    }

    private mutating func skip() {
      while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D, 0x0C].contains(bytes[at]) { at += 1 }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
        true
      default: false
      }
    }
  }
}
