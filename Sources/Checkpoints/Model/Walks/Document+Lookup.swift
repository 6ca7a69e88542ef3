// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// What a path names, if anything does.
  public func node(at path: ValuePath) -> NodeID? {
    var node = root
    for component in path.components {
      guard let child = children(of: node).first(where: { $0.component == component }) else { return nil }
      node = child.node
    }
    return node
  }

  /// The value under a text key of a dict.
  package func value(of key: Text, in id: NodeID) -> NodeID? {
    switch self[id] {
    case .stateDict(let state): return state.entries[key]
    case .mapping(let mapping):
      for entry in mapping.entries {
        if case .string(key) = self[entry.key] { return entry.value }
      }
      return nil
    default: return nil
    }
  }

  /// The first path that leads to a node; nil where none does, as inside a key.
  package func firstPath(of wanted: NodeID) -> Text? {
    var walk = DocumentWalk(self)
    while let step = walk.next() {
      if case .enter(wanted, _) = step { return try? walk.path() }
    }
    return nil
  }

  /// A state dict and the first path that leads to it.
  package struct StateDictSite: Sendable {
    package var path: Text
    package var node: NodeID

    /// The path of one of its keys.
    package func path(of key: Text) -> Text {
      path.isEmpty ? ValuePath.escape(key) : path + "/" + ValuePath.escape(key)
    }

    /// The path as messages call it.
    package var name: String { path.isEmpty ? "the document" : "`\(path)`" }
  }

  /// Every state dict that can be reached, in order, each once.
  package func stateDictSites() throws(CheckpointError) -> [StateDictSite] {
    var walk = DocumentWalk(self)
    var seen: Set<NodeID> = []
    var sites: [StateDictSite] = []
    while let step = walk.next() {
      guard case .enter(let node, _) = step, case .stateDict = self[node], seen.insert(node).inserted else {
        continue
      }
      sites.append(StateDictSite(path: try walk.path(), node: node))
    }
    return sites
  }

  /// Whether a tensor can be reached from a node.
  package func holdsTensor(_ start: NodeID) -> Bool {
    var seen: Set<NodeID> = []
    return holdsTensor(start, seen: &seen)
  }

  /// The same for one of many nodes, up to the first that leads to one: what was found to lead to none is not looked at
  /// again.
  package func holdsTensor(_ start: NodeID, seen: inout Set<NodeID>) -> Bool {
    guard seen.insert(start).inserted else { return false }
    var stack = [start]
    while let node = stack.popLast() {
      if isTensor(node) { return true }
      for part in heldParts(of: node) where seen.insert(part).inserted { stack.append(part) }
    }
    return false
  }

  /// The paths of optimizers: dicts with `state` and `param_groups`.
  package func optimizerPaths() throws(CheckpointError) -> [Text] { try optimizers().map(\.path) }

  /// Optimizers with their paths, so that nobody looks one up by its path among thousands.
  package func optimizers() throws(CheckpointError) -> [(path: Text, node: NodeID)] {
    var walk = DocumentWalk(self)
    var found: [(path: Text, node: NodeID)] = []
    while let step = walk.next() {
      guard case .enter(let node, false) = step, case .mapping = self[node],
        value(of: "state", in: node) != nil, value(of: "param_groups", in: node) != nil
      else { continue }
      found.append((try walk.path(), node))
    }
    // Whatever changes a document or compares its optimizers comes here first.
    try walk.checkDepth()
    return found
  }
}
