// SPDX-License-Identifier: Apache-2.0

/// Reads one member of an archive's code as PyTorch compiles it, and notes every operator that it names.
///
/// What counts is that a name stands there, not that it is called: `f = torch.save` is as good as its call. So nothing is
/// to be known of what runs when. Types of values are followed only to tell methods of the archive's own classes, which
/// are examined where they are defined, from operators of the same name.
struct ScriptReader {
  /// Noted once for each name.
  private(set) var operators: [Text: Use] = [:]
  /// What each that could not be told was, once.
  private(set) var unresolved: [Text: Use] = [:]
  struct Use {
    var first: Int
    var count: Int
  }

  var declarations: ScriptDeclarations
  var cursor: ScriptCursor
  /// Whether it is of PyTorch 1.0 to 1.2: methods whose `self` has no type.
  let isUntyped: Bool
  /// The variables of the function that is read, and the block that first binds each.
  var variables: [Text: (meaning: ScriptMeaning, block: Int)] = [:]
  var block = 0
  private var blocks = 0

  init(_ text: [UInt8], from offset: Int, _ declarations: ScriptDeclarations, isUntyped: Bool) {
    self.declarations = declarations
    self.isUntyped = isUntyped
    cursor = ScriptCursor(text, from: offset)
  }

  mutating func note(_ name: Text, at byte: Int) {
    operators[name, default: Use(first: byte, count: 0)].count += 1
  }

  mutating func cannotTell(_ reason: Text, at byte: Int) {
    unresolved[reason, default: Use(first: byte, count: 0)].count += 1
  }

  /// A type; classes that PyTorch has in C++ are noted as operators are: their objects are made by C++.
  mutating func type() throws(ScriptFault) -> ScriptTypes.ID {
    var met: [(Text, Int)] = []
    let id = try cursor.type(&declarations.types) { met.append(($0, $1)) }
    for (name, byte) in met where ScriptClasses.isNative(name) { note(name, at: byte) }
    return id
  }

  /// A variable gets a meaning. Where another block gives it another, nothing is known of it.
  mutating func bind(_ name: Text, _ meaning: ScriptMeaning, at byte: Int) {
    if ScriptWords.reserved.contains(name) { cannotTell("\(name) is given another meaning", at: byte) }
    guard let known = variables[name], known.block != block, known.meaning != meaning else {
      variables[name] = (meaning, variables[name]?.block ?? block)
      return
    }
    variables[name] = (.value(.unknown), known.block)
  }

  /// Reads a block of statements within the one that is read.
  mutating func inBlock(_ body: (inout Self) throws(ScriptFault) -> Void) throws(ScriptFault) {
    let outer = block
    blocks += 1
    block = blocks
    defer { block = outer }
    try body(&self)
  }

  /// Reads a function, whose variables are its own.
  mutating func inFunction(_ body: (inout Self) throws(ScriptFault) -> Void) throws(ScriptFault) {
    let outer = variables
    variables = [:]
    defer { variables = outer }
    try inBlock(body)
  }
}
