// SPDX-License-Identifier: Apache-2.0

/// The word that is read next, and the one after it.
struct ScriptCursor {
  let text: [UInt8]
  private var lexer: ScriptLexer
  private(set) var current: ScriptToken
  private(set) var following: ScriptToken
  /// How many expressions, types and blocks are open: what nests deeper than PyTorch's own printer writes is refused,
  /// since the readers recurse.
  private var depth = 0
  private static let deepest = 200

  /// Why what comes next cannot be read. It is thrown where it is reached: what stands before it counts.
  private var fault: ScriptFault?

  /// - Parameter offset: where to begin: at the begin of a line.
  init(_ text: [UInt8], from offset: Int = 0) {
    self.text = text
    lexer = ScriptLexer(text, from: offset)
    current = ScriptToken(kind: .end, range: offset..<offset)
    following = current
    current = fetch()
    following = fetch()
  }

  private mutating func fetch() -> ScriptToken {
    if let fault { return ScriptToken(kind: .fault, range: fault.byte..<fault.byte) }
    do throws(ScriptFault) { return try lexer.next() } catch {
      fault = error
      return ScriptToken(kind: .fault, range: error.byte..<error.byte)
    }
  }

  var kind: ScriptToken.Kind { current.kind }
  var byte: Int { current.range.lowerBound }

  @discardableResult
  mutating func advance() throws(ScriptFault) -> ScriptToken {
    if current.kind == .fault, let fault { throw fault }
    let token = current
    current = following
    following = fetch()
    return token
  }

  /// Takes the word where it is of this kind.
  mutating func take(_ kind: ScriptToken.Kind) throws(ScriptFault) -> Bool {
    guard current.kind == kind else { return false }
    try advance()
    return true
  }

  mutating func expect(_ kind: ScriptToken.Kind) throws(ScriptFault) {
    guard try take(kind) else { throw unexpected(kind.rawValue) }
  }

  mutating func name() throws(ScriptFault) -> Text {
    guard current.kind == .name else { throw unexpected("a name") }
    return words(of: try advance())
  }

  func words(of token: ScriptToken) -> Text { Text(part: text[token.range]) }

  func unexpected(_ wanted: String) -> ScriptFault {
    if current.kind == .fault, let fault { return fault }
    return ScriptFault(reason: "\(current.kind.rawValue) where \(wanted) belongs", byte: byte)
  }

  /// Begins what may hold others of its kind; `leave()` ends it.
  mutating func enter() throws(ScriptFault) {
    guard depth < Self.deepest else {
      throw ScriptFault(reason: "it is nested more than \(Self.deepest) deep", byte: byte)
    }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  /// Skips what is left of the line.
  mutating func skipLine() throws(ScriptFault) {
    while kind != .newline, kind != .indent, kind != .end { try advance() }
  }

  /// Skips the block that begins here, to behind its end.
  mutating func skipBlock() throws(ScriptFault) {
    try expect(.indent)
    var open = 1
    while open > 0, kind != .end {
      switch try advance().kind {
      case .indent: open += 1
      case .dedent: open -= 1
      default: break
      }
    }
  }
}
