// SPDX-License-Identifier: Apache-2.0

extension ScriptReader {
  /// Reads to the end of the member: classes and functions, imports, the version.
  mutating func read() throws(ScriptFault) {
    while cursor.kind != .end {
      switch cursor.kind {
      case .newline: try cursor.advance()
      case .class: try definitionOfClass()
      case .def: try function()
      case .import: try importLine()
      case .name where cursor.words(of: cursor.current) == "op_version_set": try versionLine()
      default: throw cursor.unexpected("a class or a function")
      }
    }
  }

  /// `import __torch__.a`, of old archives; what is imported is not looked at.
  private mutating func importLine() throws(ScriptFault) {
    try cursor.expect(.import)
    repeat { _ = try cursor.name() } while try cursor.take(.dot)
    try endOfLine()
  }

  /// `op_version_set = 1`.
  private mutating func versionLine() throws(ScriptFault) {
    try cursor.advance()
    try cursor.expect(.assigns)
    try cursor.expect(.number)
    try endOfLine()
  }

  private mutating func endOfLine() throws(ScriptFault) {
    guard cursor.kind == .end || cursor.kind == .dedent else { return try cursor.expect(.newline) }
  }

  private mutating func definitionOfClass() throws(ScriptFault) {
    try cursor.expect(.class)
    _ = try cursor.name()
    if try cursor.take(.opens) {
      if cursor.kind == .name { try cursor.advance() }
      try cursor.expect(.closes)
    }
    try cursor.expect(.colon)
    try cursor.expect(.indent)
    while try !cursor.take(.dedent), cursor.kind != .end {
      switch cursor.kind {
      case .def: try function()
      case .pass:
        try cursor.advance()
        try endOfLine()
      default: try inFunction { reader throws(ScriptFault) in try reader.field() }
      }
    }
  }

  /// `name : Type`, `name : Final[Type] = value`, `__parameters__ = ["a", ]`, `__annotations__["0"] = Type`, `RED = 1`.
  private mutating func field() throws(ScriptFault) {
    let name = try cursor.name()
    if name == "__annotations__", try cursor.take(.opensList) {
      try cursor.expect(.string)
      try cursor.expect(.closesList)
      try cursor.expect(.assigns)
      _ = try type()
    } else {
      let isTyped = try cursor.take(.colon)
      if isTyped { _ = try type() }
      if isTyped ? try cursor.take(.assigns) : true {
        if !isTyped { try cursor.expect(.assigns) }
        _ = try expressions()
      }
    }
    try endOfLine()
  }

  /// A function or method, or one within another.
  private mutating func function() throws(ScriptFault) {
    try cursor.expect(.def)
    _ = try cursor.name()
    try inFunction { reader throws(ScriptFault) in try reader.signatureAndBody() }
  }

  /// A function within another sees the other's variables.
  private mutating func innerFunction() throws(ScriptFault) {
    try cursor.expect(.def)
    let byte = cursor.byte
    let name = try cursor.name()
    try inBlock { reader throws(ScriptFault) in try reader.signatureAndBody() }
    bind(name, .function(.unknown), at: byte)
  }

  private mutating func signatureAndBody() throws(ScriptFault) {
    try cursor.expect(.opens)
    while try !cursor.take(.closes) {
      _ = try cursor.take(.times)
      let byte = cursor.byte
      if cursor.kind == .name {
        let name = try cursor.name()
        let meaning: ScriptMeaning =
          try cursor.take(.colon)
          ? .value(try type()) : .value(isUntyped && name == "self" ? .untyped : .unknown)
        // PyTorch runs these to learn their values.
        if try cursor.take(.assigns) { _ = try expression() }
        bind(name, meaning, at: byte)
      }
      guard try cursor.take(.comma) || cursor.kind == .closes else { throw cursor.unexpected("\",\"") }
    }
    if try cursor.take(.arrow) { _ = try type() }
    try cursor.expect(.colon)
    try statements()
  }

  /// An indented block.
  private mutating func statements() throws(ScriptFault) {
    try cursor.enter()
    defer { cursor.leave() }
    try cursor.expect(.indent)
    try inBlock { reader throws(ScriptFault) in
      while try !reader.cursor.take(.dedent), reader.cursor.kind != .end { try reader.statement() }
    }
  }

  private mutating func statement() throws(ScriptFault) {
    switch cursor.kind {
    case .def: return try innerFunction()
    case .if, .while:
      repeat {
        try cursor.advance()
        _ = try expression()
        try cursor.expect(.colon)
        try statements()
      } while cursor.kind == .elif
      if try cursor.take(.else) {
        try cursor.expect(.colon)
        try statements()
      }
      return
    case .for: return try loop()
    case .with: return try with()
    case .return, .raise, .assert, .delete:
      try cursor.advance()
      if cursor.kind != .newline, cursor.kind != .dedent, cursor.kind != .end { _ = try expressions() }
    case .break, .continue, .pass: try cursor.advance()
    case .global: throw cursor.unexpected("a statement of an archive's code")
    default: try assignment()
    }
    try endOfLine()
  }

  /// `for i in values:`
  private mutating func loop() throws(ScriptFault) {
    try cursor.expect(.for)
    let target = try loopTarget()
    try cursor.expect(.in)
    let values = try expressions()
    let element: ScriptTypes.ID =
      if case .value(let type) = values.meaning { declarations.types.element(of: type, at: nil) } else {
        .unknown
      }
    bind(target, .value(element))
    try cursor.expect(.colon)
    try statements()
  }

  /// `with a as b, c:`: `__enter__` and `__exit__` of classes of the archive are examined where they are defined.
  private mutating func with() throws(ScriptFault) {
    try cursor.expect(.with)
    repeat {
      _ = try expression()
      note("prim::Enter", at: cursor.byte)
      if try cursor.take(.as) {
        let byte = cursor.byte
        bind(try cursor.name(), .value(.unknown), at: byte)
      }
    } while try cursor.take(.comma)
    try cursor.expect(.colon)
    try statements()
  }
}
