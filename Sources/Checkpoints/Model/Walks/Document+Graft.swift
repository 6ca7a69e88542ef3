// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Copies what a node of another document leads to, with the storages that its tensors view, and gives the copy of
  /// the node. What was shared inside stays shared.
  ///
  /// - Parameter storageName: what a storage is called here.
  package mutating func graft(
    _ start: NodeID, of other: Document, storageName: (Text) -> Text = { $0 }
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
    case .composite(let composite):
      document.parts(of: node) + composite.members.map(\.node)
        + [composite.attributes, composite.bare].compactMap { $0 }
    case .object(let object) where object.form == .persistent: [object.callee]
    default: document.parts(of: node)
    }
  }

  func copy(_ node: Node) -> Node {
    switch node {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .numpy, .global:
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
    case .composite(let composite): return .composite(copy(composite))
    case .object(let object): return .object(copy(object))
    }
  }

  private func copy(_ composite: CompositeTensor) -> CompositeTensor {
    var copy = composite
    copy.members = composite.members.map { .init($0.name, moved($0.node)) }
    copy.attributes = composite.attributes.map(moved)
    copy.bare = composite.bare.map(moved)
    copy.form =
      switch composite.form {
      case .call(let object): .call(self.copy(object))
      case .quantized(let codes, let parameters):
        .quantized(codes: moved(codes), parameters: moved(parameters))
      case .typed(let inner, let type, let state):
        .typed(inner: moved(inner), type: moved(type), state: moved(state))
      }
    return copy
  }

  private func copy(_ object: OpaqueObject) -> OpaqueObject {
    var copy = object
    copy.callee = moved(object.callee)
    copy.arguments = object.arguments.map(moved)
    copy.keywords = object.keywords.map(moved)
    copy.items = object.items.map(moved)
    copy.entries = object.entries.map(moved)
    copy.members = object.members.map(moved)
    copy.states = object.states.map(moved)
    return copy
  }

  private func moved(_ node: NodeID) -> NodeID { self[node] }

  private func moved(_ entry: Mapping.Entry) -> Mapping.Entry {
    Mapping.Entry(key: self[entry.key], value: self[entry.value])
  }
}
