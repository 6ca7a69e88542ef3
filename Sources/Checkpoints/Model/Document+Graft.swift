// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Copies what a node of another document leads to, with the storages that its tensors view, and gives the copy of
  /// the node. What was shared inside stays shared.
  ///
  /// - Parameter storageName: what a storage is called here.
  package mutating func graft(
    _ start: NodeID, of other: Document, storageName: (String) -> String = { $0 }
  ) -> NodeID {
    var graft = Graft()
    graft.find(start, in: other)
    for node in graft.order { graft.nodes[node] = add(.none) }
    for storage in graft.storageOrder {
      var copy = other[storage]
      copy.name = storageName(copy.name)
      graft.storages[storage] = add(copy)
    }
    for node in graft.order { self[graft[node]] = graft.copy(other[node]) }
    return graft[start]
  }
}

/// Which nodes and storages of one document become which of another.
private struct Graft {
  var order: [NodeID] = []
  var nodes: [NodeID: NodeID] = [:]
  var storageOrder: [StorageID] = []
  var storages: [StorageID: StorageID] = [:]

  subscript(node: NodeID) -> NodeID { nodes[node] ?? node }

  mutating func find(_ start: NodeID, in document: Document) {
    var seen: Set<NodeID> = [start]
    var seenStorages: Set<StorageID> = []
    var stack = [start]
    while let node = stack.popLast() {
      order.append(node)
      if case .tensor(let tensor) = document[node], seenStorages.insert(tensor.storage).inserted {
        storageOrder.append(tensor.storage)
      }
      for part in Self.parts(of: node, document).reversed() where seen.insert(part).inserted {
        stack.append(part)
      }
    }
  }

  /// Every node that a node refers to: a module's `state_dict()` and the object that was pickled alike, and the id
  /// of a persistent object.
  private static func parts(of node: NodeID, _ document: Document) -> [NodeID] {
    switch document[node] {
    case .stateDict(let state): document.parts(of: node) + (state.original.map { [$0] } ?? [])
    case .object(let object) where object.form == .persistent: [object.callee]
    default: document.parts(of: node)
    }
  }

  func copy(_ node: Node) -> Node {
    switch node {
    case .none, .bool, .int, .long, .float, .string, .surrogateString, .bytes, .bytearray, .numpy, .global:
      return node
    case .list(let items): return .list(items.map(moved))
    case .tuple(let items): return .tuple(items.map(moved))
    case .set(let items): return .set(items.map(moved))
    case .frozenset(let items): return .frozenset(items.map(moved))
    case .mapping(var mapping):
      mapping.entries = mapping.entries.map(moved)
      mapping.attributes = mapping.attributes.map(moved)
      return .mapping(mapping)
    case .stateDict(var state):
      state.entries = state.entries.mapValues(moved)
      state.metadata = state.metadata?.mapValues(moved)
      state.attributes = state.attributes.map(moved)
      state.original = state.original.map(moved)
      return .stateDict(state)
    case .tensor(var tensor):
      tensor.storage = storages[tensor.storage] ?? tensor.storage
      return .tensor(tensor)
    case .object(var object):
      object.callee = moved(object.callee)
      object.arguments = object.arguments.map(moved)
      object.keywords = object.keywords.map(moved)
      object.items = object.items.map(moved)
      object.entries = object.entries.map(moved)
      object.members = object.members.map(moved)
      object.states = object.states.map(moved)
      return .object(object)
    }
  }

  private func moved(_ node: NodeID) -> NodeID { self[node] }

  private func moved(_ entry: Mapping.Entry) -> Mapping.Entry {
    Mapping.Entry(key: self[entry.key], value: self[entry.value])
  }
}
