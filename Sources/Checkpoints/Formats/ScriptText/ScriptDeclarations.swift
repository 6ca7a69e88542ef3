// SPDX-License-Identifier: Apache-2.0

/// The classes and functions that an archive's code defines, by their whole names: `__torch__.a.b.Name` stands in
/// `code/__torch__/a/b.py`.
struct ScriptDeclarations {
  struct Class {
    /// `Module`, `NamedTuple`, `Interface`, `ModuleInterface`, `Enum`; nil for a plain one.
    var base: Text?
    var fields: [Text: ScriptTypes.ID] = [:]
    /// What each method gives.
    var methods: [Text: ScriptTypes.ID] = [:]
  }

  var types = ScriptTypes()
  private(set) var classes: [Text: Class] = [:]
  /// What each function gives.
  private(set) var functions: [Text: ScriptTypes.ID] = [:]
  /// Names of methods and of functions of any class: what a value of unknown type may have been given.
  private(set) var methodNames: Set<Text> = []
  private(set) var fieldNames: Set<Text> = []

  /// Notes what a member declares. What is refused is refused again when the member is examined.
  mutating func read(_ text: [UInt8], module: Text) {
    var offset: Int? = 0
    while let start = offset {
      do throws(ScriptFault) {
        var cursor = ScriptCursor(text, from: start)
        while cursor.kind != .end { try definition(&cursor, module) }
        return
      } catch { offset = ScriptSource.nextDefinition(in: text, after: error.byte) }
    }
  }

  private mutating func definition(_ cursor: inout ScriptCursor, _ module: Text) throws(ScriptFault) {
    switch cursor.kind {
    case .class:
      try cursor.advance()
      let name = try cursor.name()
      let declared = try classBody(&cursor)
      classes["\(module).\(name)"] = declared
      fieldNames.formUnion(declared.fields.keys)
      methodNames.formUnion(declared.methods.keys)
    case .def:
      try cursor.advance()
      let name = try cursor.name()
      functions["\(module).\(name)"] = try result(&cursor)
      methodNames.insert(name)
    case .indent: try cursor.skipBlock()
    default: try cursor.advance()
    }
  }

  private mutating func classBody(_ cursor: inout ScriptCursor) throws(ScriptFault) -> Class {
    var declared = Class()
    if try cursor.take(.opens) {
      if cursor.kind == .name { declared.base = try cursor.name() }
      try cursor.expect(.closes)
    }
    try cursor.expect(.colon)
    try cursor.expect(.indent)
    while try !cursor.take(.dedent), cursor.kind != .end {
      switch cursor.kind {
      case .def:
        try cursor.advance()
        let name = try cursor.name()
        declared.methods[name] = try result(&cursor)
      case .name: try field(&cursor, &declared)
      case .indent: try cursor.skipBlock()
      default: try cursor.advance()
      }
    }
    return declared
  }

  private mutating func field(_ cursor: inout ScriptCursor, _ declared: inout Class) throws(ScriptFault) {
    let name = try cursor.name()
    if try cursor.take(.colon) {
      declared.fields[name] = try cursor.type(&types)
    } else if name == "__annotations__", cursor.kind == .opensList, cursor.following.kind == .string {
      // A field whose name is no word: `__annotations__["0"] = Type`.
      try cursor.advance()
      let name = ScriptSource.plainText(cursor.words(of: try cursor.advance()))
      if try cursor.take(.closesList), try cursor.take(.assigns), let name {
        declared.fields[name] = try cursor.type(&types)
      }
    } else if declared.base == "Enum" {
      declared.fields[name] = .unknown
    }
    try cursor.skipLine()
  }

  /// What a function gives, from behind its name to behind its body.
  private mutating func result(_ cursor: inout ScriptCursor) throws(ScriptFault) -> ScriptTypes.ID {
    try cursor.expect(.opens)
    var open = 1
    while open > 0, cursor.kind != .end {
      switch try cursor.advance().kind {
      case .opens, .opensList, .opensDict: open += 1
      case .closes, .closesList, .closesDict: open -= 1
      default: break
      }
    }
    let type = try cursor.take(.arrow) ? try cursor.type(&types) : .unknown
    try cursor.expect(.colon)
    if cursor.kind == .indent { try cursor.skipBlock() }
    return type
  }
}
