// SPDX-License-Identifier: Apache-2.0

/// Building and filling lists, tuples, dicts and sets. A dict keeps its pairs as written: a key that is set
/// twice stands in it twice.
extension PickleMachine {
  mutating func pushTuple(ofLast count: Int) throws(CheckpointError) {
    let from = try last(count)
    let id = try add(.tuple(Array(stack[from...])), extra: Self.arrayCost + Self.itemCost * count)
    stack.removeLast(count)
    try push(id)
  }

  mutating func pushDict() throws(CheckpointError) {
    let from = try popMark()
    let pairs = try pairs(from: from)
    if !pairs.isEmpty { try charge(Self.arrayCost) }
    drop(from: from)
    try push(.dict(pairs))
  }

  private mutating func pairs(from start: Int) throws(CheckpointError) -> [PickleGraph.Pair] {
    let count = stack.count - start
    guard count.isMultiple(of: 2) else { throw failure("a key without value") }
    try take(items: count / 2)
    try charge(Self.itemCost * count)
    var pairs: [PickleGraph.Pair] = []
    pairs.reserveCapacity(count / 2)
    var index = start
    while index < stack.count {
      pairs.append(.init(key: stack[index], value: stack[index + 1]))
      index += 2
    }
    return pairs
  }

  /// The node below the items from `start` on, which an opcode is about to fill.
  private func target(below start: Int) throws(CheckpointError) -> Int {
    guard start > (marks.last ?? 0), start <= stack.count else { throw failure("the stack is empty") }
    return Int(stack[start - 1].index)
  }

  // Each filler empties the node before it fills the collection: that has then one owner and grows in place.
  // `if case` does this; with `switch` the subject stays alive, and every filling copies all that was there.

  mutating func append(from start: Int) throws(CheckpointError) {
    let target = try target(below: start)
    try take(items: stack.count - start)
    try charge(Self.itemCost * (stack.count - start))
    if case .list(var items) = graph.nodes[target] {
      if items.isEmpty { try charge(Self.arrayCost) }
      graph.nodes[target] = .none
      items.append(contentsOf: stack[start...])
      graph.nodes[target] = .list(items)
    } else if case .object(var object) = graph.nodes[target] {
      graph.nodes[target] = .none
      object.items.append(contentsOf: stack[start...])
      graph.nodes[target] = .object(object)
    } else {
      throw failure("\(Self.kind(graph.nodes[target])) is no list")
    }
    drop(from: start)
  }

  mutating func setItems(from start: Int) throws(CheckpointError) {
    let target = try target(below: start)
    let pairs = try pairs(from: start)
    if case .dict(var items) = graph.nodes[target] {
      if items.isEmpty { try charge(Self.arrayCost) }
      graph.nodes[target] = .none
      items.append(contentsOf: pairs)
      graph.nodes[target] = .dict(items)
    } else if case .object(var object) = graph.nodes[target] {
      graph.nodes[target] = .none
      object.pairs.append(contentsOf: pairs)
      graph.nodes[target] = .object(object)
    } else {
      throw failure("\(Self.kind(graph.nodes[target])) is no dict")
    }
    drop(from: start)
  }

  mutating func addItems(from start: Int) throws(CheckpointError) {
    let target = try target(below: start)
    try take(items: stack.count - start)
    try charge(Self.itemCost * (stack.count - start))
    if case .set(var items) = graph.nodes[target] {
      if items.isEmpty { try charge(Self.arrayCost) }
      graph.nodes[target] = .none
      items.append(contentsOf: stack[start...])
      graph.nodes[target] = .set(items)
    } else if case .object(var object) = graph.nodes[target] {
      graph.nodes[target] = .none
      object.members.append(contentsOf: stack[start...])
      graph.nodes[target] = .object(object)
    } else {
      throw failure("\(Self.kind(graph.nodes[target])) is no set")
    }
    drop(from: start)
  }

  /// What a node is, for errors.
  static func kind(_ node: Node) -> String {
    switch node {
    case .none: "None"
    case .bool: "a bool"
    case .int, .long: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .bytes: "bytes"
    case .bytearray: "a bytearray"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dict: "a dict"
    case .set: "a set"
    case .frozenset: "a frozenset"
    case .global(let name): "the global \(name)"
    case .persistent: "a persistent object"
    case .ext: "an extension code"
    case .object: "an object"
    }
  }
}
