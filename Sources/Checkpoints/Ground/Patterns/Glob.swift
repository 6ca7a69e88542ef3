// SPDX-License-Identifier: Apache-2.0

/// A pattern of `*`, `**` and text, matched in time proportional to pattern times text, whatever both hold.
struct Glob: Hashable, Sendable {
  enum Token: Hashable, Sendable {
    case literal([UInt8])
    /// `*`: any run without `.` and `/`.
    case star
    /// `**`: any run without `/`.
    case doubleStar
    /// `**.` at the beginning of a component: nothing, or a run without `/` and the dot that ends it.
    case components

    var isWildcard: Bool { if case .literal = self { false } else { true } }
  }

  private let tokens: [Token]
  let captureCount: Int

  init(_ text: Text) throws(CheckpointError) {
    let bytes = text.bytes
    var tokens: [Token] = []
    var literal: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "*") else {
        literal.append(bytes[index])
        index += 1
        continue
      }
      let stars = bytes[index...].prefix { $0 == UInt8(ascii: "*") }.count
      guard stars <= 2 else {
        throw CheckpointError(
          .wrongWords, "`\(text)` has \(stars) stars in a row",
          hint: "`*` stays inside one dotted component, `**` crosses dots")
      }
      let atStart =
        index == 0 || bytes[index - 1] == UInt8(ascii: ".") || bytes[index - 1] == UInt8(ascii: "/")
      if !literal.isEmpty { tokens.append(.literal(literal)) }
      literal = []
      index += stars
      if stars == 1 {
        tokens.append(.star)
      } else if atStart, index < bytes.count, bytes[index] == UInt8(ascii: ".") {
        tokens.append(.components)
        index += 1
      } else {
        tokens.append(.doubleStar)
      }
    }
    if !literal.isEmpty { tokens.append(.literal(literal)) }
    self.tokens = tokens
    captureCount = tokens.count(where: \.isWildcard)
  }

  func captures(in text: Text) -> [Text?]? { text.withBytes { captures(in: $0) } }

  private func captures(in text: Span<UInt8>) -> [Text?]? {
    guard canMatch(text) else { return nil }
    if tokens.count == 1, !tokens[0].isWildcard { return [] }
    let width = text.count + 1
    // A key of many megabytes is no key: it matches nothing rather than take memory without bound.
    guard width <= 1 << 24, tokens.count < 1 << 10, width * (tokens.count + 1) <= 1 << 28 else { return nil }
    // rest[t * width + i]: whether the tokens from t on match the text from i on. Filled from the end.
    var rest = [Bool](repeating: false, count: (tokens.count + 1) * width)
    rest[tokens.count * width + text.count] = true
    for t in tokens.indices.reversed() { fill(t, text, width, &rest) }
    guard rest[0] else { return nil }
    return longest(text, width, rest)
  }

  /// The ends alone, before a table is made: nearly every key fails here.
  private func canMatch(_ text: Span<UInt8>) -> Bool {
    if case .literal(let first)? = tokens.first {
      guard Self.has(first, at: 0, text) else { return false }
      if tokens.count == 1 { return first.count == text.count }
    }
    if case .literal(let last)? = tokens.last {
      return text.count >= last.count && Self.has(last, at: text.count - last.count, text)
    }
    return true
  }

  private func fill(_ t: Int, _ text: Span<UInt8>, _ width: Int, _ rest: inout [Bool]) {
    let row = t * width
    let next = row + width
    switch tokens[t] {
    case .literal(let bytes):
      guard bytes.count <= text.count else { return }
      for i in 0...(text.count - bytes.count) where rest[next + i + bytes.count] {
        rest[row + i] = Self.has(bytes, at: i, text)
      }
    case .star, .doubleStar:
      var matches = false
      for i in (0...text.count).reversed() {
        matches = rest[next + i] || (matches && i < text.count && Self.takes(text[i], tokens[t]))
        rest[row + i] = matches
      }
    case .components:
      // Whether some dot at or after i ends the run, and the next tokens match after it.
      var ends = false
      for i in (0...text.count).reversed() {
        let takes = i < text.count && Self.takes(text[i], .components)
        rest[row + i] = rest[next + i] || (takes && ends)
        ends = takes && (ends || (text[i] == UInt8(ascii: ".") && rest[next + i + 1]))
      }
    }
  }

  /// Walks forward through the table; each wildcard takes the longest run that still lets the rest match.
  private func longest(_ text: Span<UInt8>, _ width: Int, _ rest: [Bool]) -> [Text?] {
    var captures: [Text?] = []
    var i = 0
    for t in tokens.indices {
      let next = (t + 1) * width
      switch tokens[t] {
      case .literal(let bytes):
        i += bytes.count
      case .star, .doubleStar:
        var end = i
        var j = i
        while true {
          if rest[next + j] { end = j }
          guard j < text.count, Self.takes(text[j], tokens[t]) else { break }
          j += 1
        }
        captures.append(Self.part(text, i..<end))
        i = end
      case .components:
        var end: Int?
        var j = i
        while j < text.count, Self.takes(text[j], .components) {
          if j > i, text[j] == UInt8(ascii: "."), rest[next + j + 1] { end = j }
          j += 1
        }
        captures.append(end.map { Self.part(text, i..<$0) })
        if let end { i = end + 1 }
      }
    }
    return captures
  }

  private static func takes(_ byte: UInt8, _ token: Token) -> Bool {
    if byte == UInt8(ascii: "/") { return false }
    return token == .star ? byte != UInt8(ascii: ".") : true
  }

  private static func has(_ bytes: [UInt8], at index: Int, _ text: Span<UInt8>) -> Bool {
    guard index + bytes.count <= text.count else { return false }
    for k in bytes.indices where text[index + k] != bytes[k] { return false }
    return true
  }

  private static func part(_ text: Span<UInt8>, _ range: Range<Int>) -> Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for i in range { bytes.append(text[i]) }
    return Text(part: bytes)
  }
}
