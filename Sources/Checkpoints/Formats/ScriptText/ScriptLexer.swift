// SPDX-License-Identifier: Apache-2.0

/// TorchScript's source cut into words as PyTorch cuts it (`torch/csrc/jit/frontend/lexer.h`), oddities with it: what
/// would be cut otherwise there is refused here.
///
/// Every byte is looked at once or twice; what nests is only counted.
struct ScriptLexer {
  private let text: [UInt8]
  private var position: Int
  /// How many brackets are open: newlines within them are blanks.
  private var nesting = 0
  private var indents: [Int] = []
  /// Blocks that end before the next word.
  private var dedents = 0
  private var isFirst = true

  /// - Parameter offset: where to begin: at the begin of a line.
  init(_ text: [UInt8], from offset: Int = 0) {
    self.text = text
    position = offset
  }

  mutating func next() throws(ScriptFault) -> ScriptToken {
    if dedents > 0 {
      dedents -= 1
      return token(.dedent, position..<position)
    }
    let newline = try skipBlanks()
    if isFirst {
      isFirst = false
      indents = [newline ?? 0]
    } else if let depth = newline {
      return try line(position < text.count ? depth : indents[0])
    }
    guard position < text.count else {
      // The end ends every block.
      return indents.count > 1 ? try line(indents[0]) : token(.end, position..<position)
    }
    return try word()
  }

  /// What a new line that is so far to the right begins with.
  private mutating func line(_ depth: Int) throws(ScriptFault) -> ScriptToken {
    let here = position..<position
    let current = indents.last ?? 0
    if depth > current {
      indents.append(depth)
      return token(.indent, here)
    }
    while let last = indents.last, last > depth, indents.count > 1 {
      indents.removeLast()
      dedents += 1
    }
    guard indents.last == depth || position >= text.count else {
      throw ScriptFault(reason: "a line is as far to the right as no block", byte: position)
    }
    return token(.newline, here)
  }

  /// Goes to the next word.
  ///
  /// - Returns: how far to the right it stands, where a line begins with it.
  private mutating func skipBlanks() throws(ScriptFault) -> Int? {
    var line: Int? = isFirst ? position : nil
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: " "), 0x09, 0x0B, 0x0C, 0x0D: position += 1
      case UInt8(ascii: "#"):
        if text[position...].starts(with: "# type:".utf8) {
          throw ScriptFault(reason: "a type in a comment", byte: position)
        }
        while position < text.count, text[position] != 0x0A { position += 1 }
      case UInt8(ascii: "\\") where line == nil && text[(position + 1)...].first == 0x0A: position += 2
      case 0x0A:
        position += 1
        if nesting <= 0 { line = position }
      default: return line.map { position - $0 }
      }
    }
    return line.map { position - $0 }
  }

  private func token(_ kind: ScriptToken.Kind, _ range: Range<Int>) -> ScriptToken {
    .init(kind: kind, range: range)
  }

  private mutating func word() throws(ScriptFault) -> ScriptToken {
    let start = position
    let byte = text[start]
    let kind: ScriptToken.Kind
    if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && isDigit(at: start + 1)) {
      kind = try number()
    } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      kind = try string(byte)
    } else if Self.isNameStart(byte) {
      kind = name()
    } else {
      kind = try sign()
    }
    return token(kind, start..<position)
  }

  /// As `strtod` takes it in the C locale, without its hexadecimal numbers, and `j` after it.
  private mutating func number() throws(ScriptFault) -> ScriptToken.Kind {
    let start = position
    skipDigits()
    if position < text.count, text[position] == UInt8(ascii: ".") {
      position += 1
      skipDigits()
    }
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
      var digits = position + 1
      if digits < text.count, text[digits] == UInt8(ascii: "-") || text[digits] == UInt8(ascii: "+") {
        digits += 1
      }
      if isDigit(at: digits) {
        position = digits
        skipDigits()
      }
    }
    if position < text.count, text[position] == UInt8(ascii: "j") { position += 1 }
    if position < text.count, Self.isNameStart(text[position]) {
      throw ScriptFault(reason: "a number that runs into a name", byte: start)
    }
    return .number
  }

  private mutating func skipDigits() { while isDigit(at: position) { position += 1 } }

  private mutating func string(_ quote: UInt8) throws(ScriptFault) -> ScriptToken.Kind {
    let start = position
    let isTriple = isQuote(quote, 3)
    let length = isTriple ? 3 : 1
    position += length
    while position < text.count, !isQuote(quote, length) {
      if text[position] == 0x0A, !isTriple { break }
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < text.count, isQuote(quote, length) else {
      throw ScriptFault(reason: "a text that does not end", byte: start)
    }
    position += length
    return .string
  }

  private func isQuote(_ quote: UInt8, _ count: Int) -> Bool {
    position + count <= text.count && text[position..<position + count].allSatisfy { $0 == quote }
  }

  private mutating func name() -> ScriptToken.Kind {
    let start = position
    while position < text.count, Self.isNameStart(text[position]) || Self.isDigit(text[position]) {
      position += 1
    }
    guard position - start <= Self.longestWord else { return .name }
    let word = String(decoding: text[start..<position], as: UTF8.self)
    // PyTorch takes these two for one word whatever follows: in `x is nothing`, too.
    if word == "is", text[position...].starts(with: " not".utf8) {
      position += 4
      return .isNot
    }
    if word == "not", text[position...].starts(with: " in".utf8) {
      position += 3
      return .notIn
    }
    return ScriptToken.Kind.spelled[word] ?? .name
  }

  private mutating func sign() throws(ScriptFault) -> ScriptToken.Kind {
    let start = position
    for length in stride(from: min(3, text.count - start), through: 1, by: -1) {
      let sign = String(decoding: text[start..<start + length], as: UTF8.self)
      guard let kind = ScriptToken.Kind.spelled[sign] else { continue }
      switch kind {
      case .opens, .opensList, .opensDict: nesting += 1
      case .closes, .closesList, .closesDict: nesting -= 1
      default: break
      }
      position += length
      return kind
    }
    throw ScriptFault(reason: "a sign that TorchScript does not have", byte: start)
  }

  /// `NoneType` and `continue`.
  private static let longestWord = 8

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
  private func isDigit(at index: Int) -> Bool { index < text.count && Self.isDigit(text[index]) }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }
}
