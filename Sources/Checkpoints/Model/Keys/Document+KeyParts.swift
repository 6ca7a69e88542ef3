// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// A key and what tuples and frozensets in it hold, each node once.
  ///
  /// - Parameter seen: what was given before, and is not given again.
  package func keyParts(of key: NodeID, but seen: inout Set<NodeID>) -> [NodeID] {
    var parts: [NodeID] = []
    var stack = [key]
    while let node = stack.popLast() {
      guard seen.insert(node).inserted else { continue }
      parts.append(node)
      switch self[node] {
      case .tuple(let items), .frozenset(let items): stack += items.reversed()
      default: break
      }
    }
    return parts
  }

  /// The keys of a node's own entries, of a dict or of an object that is filled like one.
  package func keys(of node: NodeID) -> [NodeID] {
    switch self[node] {
    case .mapping(let mapping): mapping.entries.map(\.key)
    case .object(let object): object.entries.map(\.key)
    default: []
    }
  }
}
