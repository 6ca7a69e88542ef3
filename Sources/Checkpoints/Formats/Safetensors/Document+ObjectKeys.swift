// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Takes the entries of dicts whose keys are objects, or hold one, out of the document, and such members out of
  /// sets: they have no place where such a value has none. Gives their paths.
  ///
  /// - Parameter format: its word, for messages.
  /// - Throws: `.unrepresentable` where a tensor would go with one.
  mutating func dropKeysOfObjects(for format: String) throws(CheckpointError) -> [Text] {
    let original = self
    var lost: [NodeID: [Int]] = [:]
    var keys = RestorableKeys(self)
    for index in nodes.indices {
      let node = NodeID(index)
      let indexes: [Int]
      switch nodes[index] {
      case .mapping(var mapping):
        indexes = mapping.entries.indices.filter { !keys.holds(mapping.entries[$0].key) }
        guard !indexes.isEmpty else { continue }
        mapping.entries = Self.removing(indexes, from: mapping.entries)
        nodes[index] = .mapping(mapping)
      case .set(let items):
        indexes = items.indices.filter { !keys.holds(items[$0]) }
        if !indexes.isEmpty { nodes[index] = .set(Self.removing(indexes, from: items)) }
      case .frozenset(let items):
        indexes = items.indices.filter { !keys.holds(items[$0]) }
        if !indexes.isEmpty { nodes[index] = .frozenset(Self.removing(indexes, from: items)) }
      default: continue
      }
      if !indexes.isEmpty { lost[node] = indexes }
    }
    return try dropLostMetadata(lost, original)
      + (lost.isEmpty ? [] : paths(of: lost, in: original, for: format))
  }

  private static func removing<Element>(_ indexes: [Int], from elements: [Element]) -> [Element] {
    let gone = Set(indexes)
    return elements.indices.filter { !gone.contains($0) }.map { elements[$0] }
  }

  /// The places that can still be reached once all of them are gone, as `original` calls them.
  private func paths(
    of lost: [NodeID: [Int]], in original: Document, for format: String
  ) throws(CheckpointError) -> [Text] {
    var paths: [Text] = []
    var walk = DocumentWalk(self)
    var withoutTensors: Set<NodeID> = []
    // The object that the walk is in, which has no place itself.
    var outer: NodeID?
    while let step = walk.next() {
      if case .leave(let node) = step, node == outer { outer = nil }
      guard case .enter(let node, let isRepeat) = step, !isRepeat, outer == nil else { continue }
      if case .object = self[node], !isHeldBySafetensors(node), !isLeaf(node) {
        outer = node
        continue
      }
      for (holder, prefix) in [(node, "")] + attributeHolders(of: node).map({ ($0, ".") }) {
        guard let indexes = lost[holder] else { continue }
        let path = try walk.path()
        for index in indexes {
          let part = original.part(index, of: holder)
          let name: Text = "\(path)\(path.isEmpty ? "" : "/")\(prefix)\(part.component)"
          try original.checkNoTensor(in: part, at: name, for: format, &withoutTensors)
          paths.append(name)
        }
      }
    }
    return paths
  }

  /// The dicts whose entries `children(of:)` gives as attributes of a node.
  private func attributeHolders(of node: NodeID) -> [NodeID] {
    switch self[node] {
    case .mapping(let mapping): mapping.attributes.map { [$0] } ?? []
    case .stateDict(let state): state.kind.isModule ? [] : state.attributes.map { [$0] } ?? []
    default: []
    }
  }

  private typealias Part = (component: Text, key: NodeID, value: NodeID?)

  private func part(_ index: Int, of holder: NodeID) -> Part {
    switch self[holder] {
    case .mapping(let mapping):
      let entry = mapping.entries[index]
      return (ValuePath.escape(keyText(entry.key)), entry.key, entry.value)
    case .set(let items), .frozenset(let items): return (Text(String(index)), items[index], nil)
    default: return ("", holder, nil)
    }
  }

  private func checkNoTensor(
    in part: Part, at path: Text, for format: String, _ seen: inout Set<NodeID>
  ) throws(CheckpointError) {
    let parts = [part.key] + (part.value.map { [$0] } ?? [])
    guard parts.contains(where: { holdsTensor($0, seen: &seen) }) else { return }
    throw unrepresentableKey(part.key, isMember: part.value == nil, at: path, for: format)
  }

  /// That a tensor would go with a key that a format cannot hold.
  func unrepresentableKey(
    _ key: NodeID, isMember: Bool = false, at path: Text, for format: String
  ) -> CheckpointError {
    CheckpointError(
      .unrepresentable,
      (isMember ? "it is " : "its key is ") + describeKey(key)
        + ", for which \(format) has no place, and a tensor would go with it",
      at: .init(key: path), hint: "`drop` it, or write torch, which holds it")
  }

  /// `a tracking.Meter`, `the class torch.optim.sgd.SGD`, `a tuple with a tracking.Meter in it`.
  private func describeKey(_ key: NodeID) -> String {
    var stack = [key]
    var seen: Set<NodeID> = []
    while let node = stack.popLast() {
      guard seen.insert(node).inserted else { continue }
      let name: String
      switch self[node] {
      case .tuple(let items), .frozenset(let items):
        stack += items.reversed()
        continue
      case .global(let global) where !KnownGlobals.contains(global): name = "the class or function \(global)"
      case .object, .composite, .tensor: name = "a \(typeName(node))"
      default: continue
      }
      return node == key ? name : "a \(typeName(key)) with \(name) in it"
    }
    return "a \(typeName(key))"
  }

  /// `_metadata` is no part of any walk: what text cannot hold of it goes a module at a time.
  private mutating func dropLostMetadata(
    _ lost: [NodeID: [Int]], _ original: Document
  ) throws(CheckpointError) -> [Text] {
    guard
      nodes.contains(where: { if case .stateDict(let state) = $0 { state.metadata != nil } else { false } })
    else { return [] }
    let leadsToLost = original.nodesWithLoss(lost)
    var paths: [Text] = []
    for index in nodes.indices {
      guard case .stateDict(var state) = nodes[index], let metadata = state.metadata else { continue }
      let gone = metadata.filter { leadsToLost[Int($0.value.index)] }
      if gone.isEmpty { continue }
      for module in gone.keys {
        state.metadata?[module] = nil
        paths.append("._metadata/" + ValuePath.escape(module))
      }
      nodes[index] = .stateDict(state)
    }
    return paths
  }

  /// For each node whether safetensors cannot hold it with all its parts.
  private func nodesWithLoss(_ lost: [NodeID: [Int]]) -> [Bool] {
    leading(to: { lost[$0] != nil || !isHeldBySafetensors($0) }) { node in
      if case .object = self[node] { [] } else { parts(of: node) }
    }
  }
}
