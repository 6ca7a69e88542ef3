// SPDX-License-Identifier: Apache-2.0

extension ScriptReader {
  /// What a call gives.
  mutating func call(_ meaning: ScriptMeaning, at byte: Int) throws(ScriptFault) -> ScriptMeaning {
    try cursor.enter()
    defer { cursor.leave() }
    if case .form(let form) = meaning { return try call(form, at: byte) }
    try cursor.expect(.opens)
    let first = try arguments()
    switch meaning {
    case .operator(let name): return .value(result(of: name, first))
    case .function(let result): return .value(result)
    case .class(let type): return .value(type)
    case .value(let type):
      if let result = declarations.classes[declarations.types.name(type)]?.methods["__call__"] {
        return .value(result)
      }
      cannotTell("what is called", at: byte)
    case .path(let path): cannotTell("what \(path) is, which the archive does not define", at: byte)
    case .namespace, .namespaces, .constants, .form: cannotTell("what is called", at: byte)
    }
    return .value(.unknown)
  }

  /// Arguments, with or without names, to behind the bracket that closes.
  ///
  /// - Returns: the first's type.
  @discardableResult
  private mutating func arguments() throws(ScriptFault) -> ScriptTypes.ID {
    var first: ScriptTypes.ID?
    while try !cursor.take(.closes) {
      if cursor.kind == .name, cursor.following.kind == .assigns {
        try cursor.advance()
        try cursor.advance()
      }
      let argument = try expression()
      if first == nil { first = argument.type }
      guard try cursor.take(.comma) || cursor.kind == .closes else {
        throw cursor.unexpected(ScriptToken.Kind.closes.rawValue)
      }
    }
    return first ?? .unknown
  }

  private mutating func call(_ form: ScriptForm, at byte: Int) throws(ScriptFault) -> ScriptMeaning {
    note(form.name, at: byte)
    try cursor.expect(.opens)
    switch form {
    case .annotate, .unchecked_cast, .uninitialized:
      let type = try type()
      if try cursor.take(.comma) { try arguments() } else { try cursor.expect(.closes) }
      return .value(type)
    case .isinstance:
      _ = try expression()
      try cursor.expect(.comma)
      _ = try type()
      try cursor.expect(.closes)
    case .getattr, .hasattr:
      let object = try expression()
      try cursor.expect(.comma)
      let place = cursor.byte
      let name = ScriptSource.plainText(cursor.words(of: cursor.current))
      try cursor.expect(.string)
      if try cursor.take(.comma) { try arguments() } else { try cursor.expect(.closes) }
      if form == .hasattr { break }
      guard let name else {
        cannotTell("which attribute it is", at: place)
        break
      }
      return select(name, of: object.meaning, isCalled: cursor.kind == .opens, start: byte, at: place)
    case .fork:
      let function = try expression()
      switch function.meaning {
      case .function, .operator: break
      default: cannotTell("what is forked", at: byte)
      }
      if try cursor.take(.comma) { try arguments() } else { try cursor.expect(.closes) }
    }
    return .value(.unknown)
  }

  /// What an operator gives where that may be an object of a class of the archive.
  private func result(of name: Text, _ first: ScriptTypes.ID) -> ScriptTypes.ID {
    let types = declarations.types
    switch name {
    case "aten::_unwrap_optional", "prim::unchecked_unwrap_optional":
      return types.name(first) == "Optional" ? types.arguments(first).first ?? .unknown : first
    case "aten::wait", "prim::awaitable_wait": return types.arguments(first).first ?? .unknown
    case "aten::pop", "aten::get", "aten::__getitem__": return types.element(of: first, at: nil)
    case "aten::list", "aten::copy", "prim::list", "aten::slice": return first
    default: return .unknown
    }
  }
}
