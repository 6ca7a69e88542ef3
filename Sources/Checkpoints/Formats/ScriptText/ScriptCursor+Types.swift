// SPDX-License-Identifier: Apache-2.0

extension ScriptCursor {
  /// A type: a dotted name, perhaps with types in brackets, or several in parentheses. Nothing runs in one.
  ///
  /// - Parameter met: is told every dotted name and where it stands.
  mutating func type(
    _ types: inout ScriptTypes, _ met: (Text, Int) -> Void = { _, _ in }
  ) throws(ScriptFault) -> ScriptTypes.ID {
    try enter()
    defer { leave() }
    if kind == .none || kind == .noneType {
      try advance()
      return types.id("NoneType")
    }
    if try take(.opens) {
      return types.id("Tuple", try typeList(until: .closes, &types, met))
    }
    let start = byte
    var bytes = try name().bytes
    while try take(.dot) {
      bytes.append(UInt8(ascii: "."))
      try name().append(to: &bytes)
    }
    let name = Text(part: bytes)
    met(name, start)
    guard try take(.opensList) else { return types.id(name) }
    let arguments = try typeList(until: .closesList, &types, met)
    // A constant of a class, and a default for a field, are what they hold.
    return name == "Final" ? arguments.first ?? .unknown : types.id(name, arguments)
  }

  private mutating func typeList(
    until end: ScriptToken.Kind, _ types: inout ScriptTypes, _ met: (Text, Int) -> Void
  ) throws(ScriptFault) -> [ScriptTypes.ID] {
    var list: [ScriptTypes.ID] = []
    while try !take(end) {
      list.append(try type(&types, met))
      guard try take(.comma) || kind == end else { throw unexpected(end.rawValue) }
    }
    return list
  }
}
