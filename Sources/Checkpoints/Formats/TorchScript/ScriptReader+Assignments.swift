// SPDX-License-Identifier: Apache-2.0

/// What an expression stands for, and what it would be to the left of `=`.
struct ScriptExpression {
  var meaning: ScriptMeaning
  var target = Target.place

  enum Target {
    case name(Text, byte: Int)
    /// An item or an attribute of a value, or nothing that could be assigned to.
    case place
    case tuple([Target])
  }

  static let unknown = Self(meaning: .value(.unknown))
}

extension ScriptReader {
  /// `a = b`, `a, b, = c`, `a : T = b`, `a.b = c`, `a[b] += c`, or an expression alone.
  mutating func assignment() throws(ScriptFault) {
    var targets: [ScriptExpression.Target] = []
    while true {
      let expression = try expressions()
      if try cursor.take(.assigns) {
        targets.append(expression.target)
      } else if targets.isEmpty, try cursor.take(.colon) {
        let declared = try type()
        if try cursor.take(.assigns) { _ = try expressions() }
        return bind(expression.target, .value(declared))
      } else if targets.isEmpty, cursor.current.assignsAnew {
        try cursor.advance()
        _ = try expressions()
        return bind(expression.target, .value(.unknown))
      } else {
        for target in targets { bind(target, expression.meaning) }
        return
      }
    }
  }

  /// What stands between `for` and `in`: names alone.
  mutating func loopTarget() throws(ScriptFault) -> ScriptExpression.Target {
    var names: [ScriptExpression.Target] = []
    let isEnclosed = try cursor.take(.opens)
    repeat {
      guard cursor.kind == .name else { break }
      let byte = cursor.byte
      names.append(.name(try cursor.name(), byte: byte))
    } while try cursor.take(.comma)
    if isEnclosed { try cursor.expect(.closes) }
    guard let first = names.first else { throw cursor.unexpected(ScriptToken.Kind.name.rawValue) }
    return names.count == 1 ? first : .tuple(names)
  }

  mutating func bind(_ target: ScriptExpression.Target, _ meaning: ScriptMeaning) {
    switch target {
    case .name(let name, let byte): bind(name, meaning, at: byte)
    case .place: break
    case .tuple(let targets):
      for (index, target) in targets.enumerated() {
        let part: ScriptTypes.ID =
          if case .value(let type) = meaning { declarations.types.element(of: type, at: index) } else {
            .unknown
          }
        bind(target, .value(part))
      }
    }
  }
}
