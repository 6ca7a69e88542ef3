// SPDX-License-Identifier: Apache-2.0

extension ScriptReader {
  /// Bytes of the whole name of a class or function: each of its parts makes a longer one.
  private static var longestPath: Int { PickleLimits.standard.name }

  /// What `.name` of something is.
  ///
  /// - Parameter isCalled: whether a call follows.
  /// - Parameter start: where the whole expression begins.
  mutating func select(
    _ name: Text, of meaning: ScriptMeaning, isCalled: Bool, start: Int, at byte: Int
  ) -> ScriptMeaning {
    switch meaning {
    case .namespaces: return .namespace(name)
    // PyTorch has `torch.autograd.grad` for `torch.grad`, and so of any namespace.
    case .namespace where name == "autograd": return .namespace("aten")
    case .namespace(let namespace):
      let known: Text = "\(namespace)::\(name)"
      note(known, at: start)
      return .operator(known)
    case .path(let path):
      guard path.count + name.count <= Self.longestPath else {
        cannotTell("what a name of more than \(Self.longestPath) bytes is", at: start)
        return .value(.unknown)
      }
      return whole("\(path).\(name)", at: start)
    case .class(let type):
      if name == "__new__" { return .function(type) }
      let declared = declarations.classes[declarations.types.name(type)]
      if let result = declared?.methods[name] { return .function(result) }
      // A value of an enumeration.
      if declared?.fields[name] != nil { return .value(type) }
      cannotTell("what \(declarations.types.name(type)).\(name) is", at: byte)
    case .constants: break
    case .value(let type): return attribute(name, of: type, isCalled: isCalled, at: byte)
    case .operator(let known): cannotTell("what \(known).\(name) is", at: byte)
    case .function, .form: cannotTell("what .\(name) of a function is", at: byte)
    }
    return .value(.unknown)
  }

  /// `__torch__.a.b`, which may be a class, a function, or the begin of a longer name.
  private mutating func whole(_ path: Text, at byte: Int) -> ScriptMeaning {
    if ScriptClasses.isWhole(path) {
      note(path, at: byte)
      return .class(declarations.types.id(path))
    }
    if declarations.classes[path] != nil { return .class(declarations.types.id(path)) }
    if let result = declarations.functions[path] { return .function(result) }
    return .path(path)
  }

  /// What `.name` of a value is: a field or method of its class, or else an operator.
  private mutating func attribute(
    _ name: Text, of type: ScriptTypes.ID, isCalled: Bool, at byte: Int
  ) -> ScriptMeaning {
    let className = declarations.types.name(type)
    if let declared = declarations.classes[className] {
      if let result = declared.methods[name] { return .function(result) }
      if let field = declared.fields[name] { return .value(field) }
    }
    if ScriptClasses.isNative(className) { return .function(.unknown) }
    if type == .untyped, !isCalled { return .value(.untyped) }
    let method = ScriptWords.attribute(name)
    let property: Text = "prim::\(name)"
    if !isCalled, HarmlessOperators.contains(property) {
      note(property, at: byte)
      return .value(.unknown)
    }
    if HarmlessOperators.contains(method) {
      note(method, at: byte)
      return isCalled ? .operator(method) : .value(.unknown)
    }
    if type == .unknown || type == .untyped {
      if isCalled, declarations.methodNames.contains(name) {
        cannotTell("whose .\(name) it is that is called", at: byte)
        return .function(.unknown)
      }
      // A call of what was taken from it so is told where it stands.
      if !isCalled, declarations.fieldNames.contains(name) || declarations.methodNames.contains(name) {
        return .value(.unknown)
      }
    }
    note(method, at: byte)
    return .operator(method)
  }
}
