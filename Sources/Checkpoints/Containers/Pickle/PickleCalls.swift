// SPDX-License-Identifier: Apache-2.0

/// Names, persistent ids, and what would have been calls: all recorded, none made.
extension PickleMachine {
  /// What an object costs outside the arena, and the one of the document that it becomes.
  private static let objectCost = 2 * 96

  mutating func global() throws(CheckpointError) -> Node {
    let name = GlobalName(try textLine(), try textLine())
    try checkLength(name)
    try charge(160 + name.module.count + name.name.count)
    return .global(name)
  }

  mutating func pushStackGlobal() throws(CheckpointError) {
    let from = try last(2)
    guard case .string(let module) = graph[stack[from]], case .string(let name) = graph[stack[from + 1]]
    else {
      throw failure("module and name must be strings")
    }
    // GLOBAL, by which it would be written again, holds UTF-8 alone.
    guard module.isWellFormed, name.isWellFormed else { throw failure("its name has lone surrogates") }
    stack.removeLast(2)
    let global = GlobalName(module, name)
    try checkLength(global)
    // The texts are shared with the string nodes: their cost is the node's alone.
    try push(add(.global(global), extra: 160))
  }

  mutating func pushExtension(_ code: Int32) throws(CheckpointError) {
    guard code > 0 else { throw failure("extension code \(code); codes begin at 1") }
    try push(.ext(code))
  }

  mutating func pushPersistent(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    guard let text = String(validating: line, as: UTF8.self) else { throw failure("its text is not UTF-8") }
    try push(.persistent(add(.string(Text(text)), extra: line.count)))
  }

  /// REDUCE, NEWOBJ and NEWOBJ_EX: callee, arguments and keywords lie on the stack.
  mutating func call(_ form: PickleGraph.Object.Form) throws(CheckpointError) {
    let count = form == .newobjEx ? 3 : 2
    let from = try last(count)
    let object = PickleGraph.Object(
      form: form, callee: stack[from], arguments: stack[from + 1],
      keywords: count == 3 ? stack[from + 2] : nil)
    try checkCallee(object.callee)
    // A tuple subclass such as torch.Size arrives as an object.
    switch graph[object.arguments] {
    case .tuple, .object: break
    case let other: throw failure("\(Self.kind(other)) where the argument tuple should be")
    }
    if let keywords = object.keywords {
      guard case .dict = graph[keywords] else {
        throw failure("\(Self.kind(graph[keywords])) where the keyword dict should be")
      }
    }
    stack.removeLast(count)
    try push(add(.object(object), extra: Self.objectCost))
  }

  /// INST: the class is named in the opcode, the arguments follow the mark.
  mutating func pushInstance() throws(CheckpointError) {
    let callee = try add(global())
    try pushInstance(of: callee, popToMark())
  }

  /// OBJ: the class is the first item after the mark, the arguments follow it.
  mutating func pushObject() throws(CheckpointError) {
    var items = try popToMark()
    guard let callee = items.first else { throw failure("no class after the MARK") }
    try checkCallee(callee)
    items.removeFirst()
    try pushInstance(of: callee, items)
  }

  private mutating func pushInstance(of callee: ID, _ items: [ID]) throws(CheckpointError) {
    let arguments = try add(.tuple(items))
    try push(
      add(.object(.init(form: .inst, callee: callee, arguments: arguments)), extra: Self.objectCost))
  }

  private func checkCallee(_ id: ID) throws(CheckpointError) {
    switch graph[id] {
    case .global, .object, .persistent, .ext: break
    case let other: throw failure("\(Self.kind(other)) cannot be called")
    }
  }

  mutating func build() throws(CheckpointError) {
    let from = try last(2)
    let target = Int(stack[from].index)
    let state = stack[from + 1]
    try charge(Self.itemCost)
    guard case .object(var object) = graph.nodes[target] else {
      throw failure("\(Self.kind(graph.nodes[target])) takes no state")
    }
    graph.nodes[target] = .none
    if object.states.isEmpty { try charge(Self.arrayCost) } else { try take(items: 1) }
    object.states.append(state)
    graph.nodes[target] = .object(object)
    stack.removeLast()
  }
}
