// SPDX-License-Identifier: Apache-2.0

/// Turns a tree of names into what is shown: chains joined, numbers in order, siblings of one structure once.
struct TreeDrawing {
  let arena: TreeArena
  let document: Document
  /// What is known of the networks at some items, in words.
  let networks: [Int: String]

  /// Siblings that `Group` stands for.
  private struct Group {
    var items: [Int]
    var shapesDiffer = false
  }

  /// Numbered siblings that are left after equal ones were joined; above this they are joined if only their shapes
  /// differ, as the states of an optimizer do.
  private static let mostUnequalSiblings = 8

  /// Siblings that are drawn, after those of one structure were joined.
  private static let mostSiblings = 2000
  /// Items that may yet be drawn in all.
  private var branchesLeft = 20_000
  /// Items of a list of plain values that are shown.
  private static let mostItems = 1000
  /// Bytes of values that may yet be shown, and how long one may be.
  private var textLeft = 1 << 20
  private static let longestValue = 1 << 16

  init(_ arena: TreeArena, _ document: Document, networks: [Text: String]) {
    self.arena = arena
    self.document = document
    self.networks = arena.places(of: networks)
  }

  mutating func root(depth: Int) -> TreeReport.Item { branch(Group(items: [0]), depth: depth) }

  /// Recursion goes no deeper than `depth`.
  private mutating func branch(_ group: Group, depth: Int) -> TreeReport.Item {
    branchesLeft -= 1
    var index = group.items[0]
    var name = self.name(group)
    var network = networks[index]
    // `module.backbone` where `module` holds nothing else.
    while group.items.count == 1, case .prefix = arena.items[index].kind, let part = arena.onlyPart(index),
      case .prefix = arena.items[part].kind
    {
      index = part
      name += "." + arena.items[index].name
      network = network ?? networks[index]
    }
    let item = arena.items[index]
    var branch = TreeReport.Item(
      name: name, path: arena.path(index), tensors: item.tensors, bytes: item.bytes)
    branch.network = network
    if group.items.count > 1 {
      branch.copies = group.items.count
      branch.tensors = group.items.reduce(0) { $0 + arena.items[$1].tensors }
      branch.bytes = group.items.reduce(0) { $0 &+ arena.items[$1].bytes }
      branch.shapesDiffer = group.shapesDiffer ? true : nil
    }
    switch item.kind {
    case .prefix: break
    case .tensor(let node):
      branch.type = "Tensor"
      if case .composite(let composite) = document[node] {
        branch.dtype = composite.dtype?.rawValue ?? "unknown"
        branch.shape = group.shapesDiffer ? nil : composite.shape
        branch.layout = composite.layout == .strided ? nil : composite.layout.rawValue
      } else if case .tensor(let tensor) = document[node] {
        branch.dtype = tensor.dtype.rawValue
        branch.shape = group.shapesDiffer ? nil : tensor.shape
      }
    case .value(let node):
      branch.type = document.typeName(node)
      branch.value = group.shapesDiffer ? nil : value(node)
      if branch.value == nil, !group.shapesDiffer { branch.isCut = true }
    case .container(let node):
      branch.type = document.typeName(node)
      if case .object = document[node] { branch.opaque = true }
      if let values = plainItems(index, node) {
        branch.value = .array(values)
        let all = document.partCount(of: node)
        if values.count < all { branch.notShown = all - values.count }
        return branch
      }
    }
    guard item.hasParts else { return branch }
    guard depth > 0, branchesLeft > 0 else {
      branch.isCut = true
      return branch
    }
    let groups = self.groups(arena.parts(index))
    var parts: [TreeReport.Item] = []
    var drawn = 0
    for var part in groups.prefix(Self.mostSiblings) where branchesLeft > 0 {
      part.shapesDiffer = part.shapesDiffer || group.shapesDiffer
      drawn += part.items.count
      parts.append(self.branch(part, depth: depth - 1))
    }
    branch.parts = parts
    let left = groups.reduce(0) { $0 + $1.items.count } - drawn + Int(item.unkept)
    if left > 0 { branch.notShown = left }
    return branch
  }

  /// A leaf, unless there is no room for it.
  private mutating func value(_ node: NodeID) -> JSONValue? {
    let size = document.leafSize(node)
    guard size <= min(textLeft, Self.longestValue) || size <= 64 else { return nil }
    textLeft -= size
    return document.leafValue(node)
  }

  /// The first values of a list or tuple of plain leaves, which is shown as one.
  private mutating func plainItems(_ index: Int, _ node: NodeID) -> [JSONValue]? {
    switch document[node] {
    case .list, .tuple, .set, .frozenset: break
    default: return nil
    }
    var values: [JSONValue] = []
    for part in arena.parts(index) {
      guard case .value(let leaf) = arena.items[part].kind else { return nil }
      if values.count < Self.mostItems, let value = value(leaf) { values.append(value) }
    }
    return values
  }

  private func name(_ group: Group) -> Text {
    let first = arena.items[group.items[0]].name
    guard group.items.count > 1, let last = group.items.last else { return first }
    return "{\(first)..\(arena.items[last].name)}"
  }

  private func number(_ index: Int) -> Int? {
    guard let number = arena.items[index].name.number, number >= 0 else { return nil }
    return number
  }

  /// The parts in the file's order, but numbers in theirs, with numbered neighbours of one structure joined.
  private func groups(_ parts: [Int]) -> [Group] {
    var numbers = parts.filter { number($0) != nil }.sorted { (number($0) ?? 0) < (number($1) ?? 0) }[...]
    let ordered = parts.map { number($0) == nil ? $0 : numbers.removeFirst() }
    let exact = joined(ordered) { arena.items[$0].structure == arena.items[$1].structure }
    let numbered = exact.count { number($0.items[0]) != nil }
    guard numbered > Self.mostUnequalSiblings else { return exact }
    var loose = joined(ordered) { arena.items[$0].looseStructure == arena.items[$1].looseStructure }
    for index in loose.indices {
      let structures = Set(loose[index].items.map { arena.items[$0].structure })
      loose[index].shapesDiffer = structures.count > 1
    }
    return loose
  }

  private func joined(_ parts: [Int], _ areEqual: (Int, Int) -> Bool) -> [Group] {
    var groups: [Group] = []
    for part in parts {
      if let last = groups.last?.items.last, let before = number(last), let number = number(part),
        number == before + 1, areEqual(last, part)
      {
        groups[groups.count - 1].items.append(part)
      } else {
        groups.append(Group(items: [part]))
      }
    }
    return groups
  }
}
