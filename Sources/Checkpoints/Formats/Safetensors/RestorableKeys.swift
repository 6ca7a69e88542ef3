// SPDX-License-Identifier: Apache-2.0

/// Which keys of dicts and members of sets a file of named tensors and text can hold: what Python can hash, and no
/// class of a program makes. A key that is an object, or has one inside, would come back as another key.
struct RestorableKeys {
  private let document: Document
  /// Of tuples and frozensets.
  private var verdicts: [NodeID: Bool] = [:]

  init(_ document: Document) { self.document = document }

  /// Does not recurse, and looks at each node once, however often it is asked.
  mutating func holds(_ key: NodeID) -> Bool {
    if items(of: key) == nil { return isHeldLeaf(key) }
    var stack = [(node: key, isEntered: false)]
    var entered: Set<NodeID> = []
    while let (node, isEntered) = stack.popLast() {
      guard verdicts[node] == nil, let items = items(of: node) else { continue }
      if isEntered {
        // A tuple that holds itself is no key: at that place it has no verdict yet.
        verdicts[node] = items.allSatisfy { verdicts[$0] ?? isHeldLeaf($0) }
      } else if entered.insert(node).inserted {
        stack.append((node, true))
        for item in items where verdicts[item] == nil { stack.append((item, false)) }
      }
    }
    return verdicts[key] ?? false
  }

  private func items(of node: NodeID) -> [NodeID]? {
    switch document[node] {
    case .tuple(let items), .frozenset(let items): items
    default: nil
    }
  }

  private func isHeldLeaf(_ node: NodeID) -> Bool {
    switch document[node] {
    case .none, .bool, .int, .long, .float, .string, .bytes: true
    case .numpy(let value): value.shape == nil
    case .global, .object: document.isHeldBySafetensors(node)
    default: false
    }
  }
}
