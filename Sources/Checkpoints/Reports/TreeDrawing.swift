// SPDX-License-Identifier: Apache-2.0

/// Turns a tree of names into what is shown: chains joined, numbers in order, siblings of one structure once.
struct TreeDrawing {
  let arena: TreeArena
  let document: Document
  /// What is known of the networks at some paths, in words.
  let networks: [Text: String]

  /// Siblings that `Group` stands for.
  private struct Group {
    var items: [Int]
    var shapesDiffer = false
  }

  /// Numbered siblings that are left after equal ones were joined; above this they are joined if only their shapes
  /// differ, as the states of an optimizer do.
  private static let mostUnequalSiblings = 8

  init(_ arena: TreeArena, _ document: Document, networks: [Text: String]) {
    self.arena = arena
    self.document = document
    self.networks = networks
  }

  func root(depth: Int) -> TreeReport.Branch { branch(Group(items: [0]), depth: depth) }

  /// Recursion goes no deeper than `depth`.
  private func branch(_ group: Group, depth: Int) -> TreeReport.Branch {
    var index = group.items[0]
    var name = self.name(group)
    var network = networks[arena.path(index)]
    // `module.backbone` where `module` holds nothing else.
    while group.items.count == 1, case .prefix = arena.items[index].kind, arena.items[index].parts.count == 1,
      case .prefix = arena.items[arena.items[index].parts[0]].kind
    {
      index = arena.items[index].parts[0]
      name += "." + arena.items[index].name
      network = network ?? networks[arena.path(index)]
    }
    let item = arena.items[index]
    var branch = TreeReport.Branch(
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
    case .tensor(let tensor):
      branch.type = "Tensor"
      branch.dtype = tensor.dtype.rawValue
      branch.shape = group.shapesDiffer ? nil : tensor.shape
    case .composite(let composite):
      branch.type = "Tensor"
      branch.dtype = composite.dtype?.rawValue ?? "unknown"
      branch.shape = group.shapesDiffer ? nil : composite.shape
      branch.layout = composite.layout == .strided ? nil : composite.layout.rawValue
    case .value(let node):
      branch.type = document.typeName(node)
      branch.value = group.shapesDiffer ? nil : document.leafValue(node)
    case .container(let node):
      branch.type = document.typeName(node)
      if case .object = document[node] { branch.opaque = true }
      if let values = plainItems(item, node) {
        branch.value = .array(values)
        return branch
      }
    }
    guard !item.parts.isEmpty else { return branch }
    guard depth > 0 else {
      branch.isCut = true
      return branch
    }
    branch.parts = groups(item.parts).map { part in
      var part = part
      part.shapesDiffer = part.shapesDiffer || group.shapesDiffer
      return self.branch(part, depth: depth - 1)
    }
    return branch
  }

  /// The values of a list or tuple of plain leaves, which is shown as one.
  private func plainItems(_ item: TreeArena.Item, _ node: NodeID) -> [JSONValue]? {
    switch document[node] {
    case .list, .tuple, .set, .frozenset: break
    default: return nil
    }
    var values: [JSONValue] = []
    for part in item.parts {
      guard case .value(let leaf) = arena.items[part].kind else { return nil }
      values.append(document.leafValue(leaf))
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
