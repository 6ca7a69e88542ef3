// SPDX-License-Identifier: Apache-2.0

extension ScriptReader {
  /// One expression, or several with commas, which are a tuple.
  mutating func expressions() throws(ScriptFault) -> ScriptExpression {
    let first = try expression()
    guard cursor.kind == .comma else { return first }
    var items = [first]
    while try cursor.take(.comma) {
      switch cursor.kind {
      case .assigns, .colon, .closes, .newline, .dedent, .end: break
      default: items.append(try expression())
      }
    }
    return ScriptExpression(
      meaning: .value(declarations.types.id("Tuple", items.map(\.type))), target: .tuple(items.map(\.target)))
  }

  /// Values that signs stand between, or `a if b else c`. Which sign binds closer changes no name.
  mutating func expression() throws(ScriptFault) -> ScriptExpression {
    try cursor.enter()
    defer { cursor.leave() }
    var result = try operand()
    while cursor.current.isBinary {
      try cursor.advance()
      _ = try operand()
      result = .unknown
    }
    if try cursor.take(.if) {
      _ = try expression()
      try cursor.expect(.else)
      let other = try expression()
      return result.meaning == other.meaning ? ScriptExpression(meaning: other.meaning) : .unknown
    }
    return result
  }

  private mutating func operand() throws(ScriptFault) -> ScriptExpression {
    var isSigned = false
    while cursor.current.isUnary {
      try cursor.advance()
      isSigned = true
    }
    let operand = try postfix()
    return isSigned ? .unknown : operand
  }

  /// A value with what follows it: `.name`, `(arguments)`, `[index]`.
  private mutating func postfix() throws(ScriptFault) -> ScriptExpression {
    let start = cursor.byte
    var expression = try primary()
    while true {
      switch cursor.kind {
      case .dot:
        try cursor.advance()
        let byte = cursor.byte
        let name = try cursor.name()
        expression = .init(
          meaning: select(
            name, of: expression.meaning, isCalled: cursor.kind == .opens, start: start, at: byte))
      case .opens: expression = .init(meaning: try call(expression.meaning, at: start))
      case .opensList: expression = .init(meaning: try subscripted(expression.meaning))
      default: return expression
      }
    }
  }

  private mutating func primary() throws(ScriptFault) -> ScriptExpression {
    let byte = cursor.byte
    switch cursor.kind {
    case .name:
      let name = try cursor.name()
      let meaning = variables[name]?.meaning ?? ScriptWords.meaning(of: name) ?? .value(.unknown)
      if variables[name] == nil, case .operator(let known) = meaning { note(known, at: byte) }
      if variables[name] == nil, case .value(.unknown) = meaning, cursor.kind == .opens {
        cannotTell("what \(name) is", at: byte)
        return .init(meaning: .function(.unknown))
      }
      return .init(meaning: meaning, target: .name(name, byte: byte))
    case .number, .yes, .no, .none, .noneType, .ellipsis, .dots:
      let kind = try cursor.advance().kind
      return .init(meaning: .value(declarations.types.id(Text(kind.rawValue))))
    case .string:
      while cursor.kind == .string { try cursor.advance() }
      return .init(meaning: .value(declarations.types.id("str")))
    case .opens:
      try cursor.advance()
      if try cursor.take(.closes) { return .init(meaning: .value(declarations.types.id("Tuple"))) }
      let inner = try expressions()
      try cursor.expect(.closes)
      return inner
    case .opensList:
      let first = try items(until: .closesList, arePairs: false)
      return .init(meaning: .value(declarations.types.id("List", [first.type])))
    case .opensDict:
      let first = try items(until: .closesDict, arePairs: true)
      return .init(meaning: .value(declarations.types.id("Dict", [.unknown, first.type])))
    default: throw cursor.unexpected("a value")
    }
  }

  /// The items of a list or of a dict.
  ///
  /// - Returns: the first, or the first pair's value.
  private mutating func items(until end: ScriptToken.Kind, arePairs: Bool) throws(ScriptFault)
    -> ScriptExpression
  {
    try cursor.advance()
    var first: ScriptExpression?
    while try !cursor.take(end) {
      var item = try expression()
      if arePairs {
        try cursor.expect(.colon)
        item = try expression()
      }
      if first == nil { first = item }
      if cursor.kind == .for { try comprehension() }
      guard try cursor.take(.comma) || cursor.kind == end else { throw cursor.unexpected(end.rawValue) }
    }
    return first ?? .unknown
  }

  /// `for x in values`, after what is made of each. That has been read without knowing what `x` is: where it could have
  /// been taken for something else, it cannot be told. Archives have loops in the place of comprehensions.
  private mutating func comprehension() throws(ScriptFault) {
    try cursor.expect(.for)
    let byte = cursor.byte
    let target = try loopTarget()
    let names: [ScriptExpression.Target] = if case .tuple(let names) = target { names } else { [target] }
    for case .name(let name, _) in names where variables[name] != nil || ScriptWords.meaning(of: name) != nil
    {
      cannotTell("what \(name) is in a comprehension", at: byte)
    }
    try cursor.expect(.in)
    _ = try expression()
  }

  /// `x[i]`, `x[a:b:c]`, `x[i, j]`.
  private mutating func subscripted(_ meaning: ScriptMeaning) throws(ScriptFault) -> ScriptMeaning {
    try cursor.enter()
    defer { cursor.leave() }
    try cursor.expect(.opensList)
    let index =
      cursor.kind == .number && cursor.following.kind == .closesList
      ? cursor.words(of: cursor.current).ascii.flatMap { Int($0) } : nil
    var isSlice = false
    while try !cursor.take(.closesList) {
      if try cursor.take(.colon) {
        isSlice = true
      } else if try !cursor.take(.comma) {
        _ = try expression()
      }
    }
    guard case .value(let type) = meaning else { return .value(.unknown) }
    if let method = declarations.classes[declarations.types.name(type)]?.methods["__getitem__"] {
      return .value(method)
    }
    let isTuple = declarations.types.name(type) == "Tuple"
    return .value(isSlice ? (isTuple ? .unknown : type) : declarations.types.element(of: type, at: index))
  }
}

extension ScriptExpression {
  /// Unknown for what is no value.
  var type: ScriptTypes.ID { if case .value(let type) = meaning { type } else { .unknown } }
}
