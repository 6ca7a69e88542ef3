// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Everything that a composite tensor holds, by name: its members, then its attributes as `.name`, those of
  /// containers as `.name/key`. Each node is a tensor or a leaf.
  ///
  /// Shared containers are entered once; after `partLimit` nodes, and in containers whose names grow long, no more
  /// attributes are named. They are kept all the same.
  package func parts(of composite: CompositeTensor) -> [CompositeTensor.Part] {
    var found: [CompositeTensor.Part] = []
    var seen: Set<NodeID> = []
    var visits = 0
    var stack = pending(composite, "")
    while let part = stack.popLast(), visits < Self.partLimit {
      visits += 1
      if case .composite(let inner) = self[part.node] {
        if seen.insert(part.node).inserted { stack += pending(inner, part.name + "/") }
        continue
      }
      let children = self.children(of: part.node)
      if children.isEmpty {
        found.append(part)
      } else if seen.insert(part.node).inserted, part.name.count < 256 {
        stack += children.reversed().map { .init(part.name + "/" + $0.component, $0.node) }
      }
    }
    return found
  }

  /// The parts yet to be walked, last first.
  private func pending(_ composite: CompositeTensor, _ prefix: Text) -> [CompositeTensor.Part] {
    var parts = composite.members.map { CompositeTensor.Part(prefix + $0.name, $0.node) }
    for state in attributeDicts(composite.attributes) {
      parts += children(of: state).map {
        CompositeTensor.Part(prefix + ($0.component.hasPrefix(".") ? "" : ".") + $0.component, $0.node)
      }
    }
    return parts.reversed()
  }

  /// `_get_obj_state` gives a dict, or `(dict or None, slots)`.
  private func attributeDicts(_ state: NodeID?) -> [NodeID] {
    guard let state else { return [] }
    if case .tuple(let items) = self[state] { return items }
    return [state]
  }

  static var partLimit: Int { 1000 }

  /// The tensors among a composite's parts.
  package func tensors(of composite: CompositeTensor) -> [TensorRecord] {
    parts(of: composite).compactMap { if case .tensor(let tensor) = self[$0.node] { tensor } else { nil } }
  }

  /// The bytes of its parts together, each elements times item size.
  package func byteCount(of composite: CompositeTensor) -> Int {
    parts(of: composite).reduce(0) { sum, part in
      switch self[part.node] {
      case .tensor(let tensor): sum &+ tensor.byteCount
      case .numpy(let value): sum &+ value.bytes.count
      default: sum
      }
    }
  }

  /// What a composite tensor is, as messages call it: `a sparse_coo tensor`, `a tensor of class a.B`.
  public func describe(_ composite: CompositeTensor) -> String {
    if let name = composite.className {
      return "a tensor of class \(name)"
        + (composite.layout == .strided ? "" : " (\(composite.layout.rawValue))")
    }
    switch composite.layout {
    case .strided: return "a tensor with Python attributes"
    case .meta: return "a meta tensor, which has no elements"
    case .wrapper: return "a wrapper tensor, which has no elements of its own"
    case .device: return "a tensor saved from a device of its own kind"
    default: return "a \(composite.layout.rawValue) tensor"
    }
  }

  /// What something that holds tensors is, as refusals of formats for plain tensors call it.
  package func describeHolder(_ id: NodeID) -> String {
    if case .composite(let composite) = self[id] {
      describe(composite)
    } else {
      "a \(typeName(id)) of tensors"
    }
  }

  /// How many tensors lie below a node, each once; a composite counts as one.
  package func tensorCount(below start: NodeID) -> Int {
    var seen: Set<NodeID> = [start]
    var stack = [start]
    var count = 0
    while let node = stack.popLast() {
      if isTensor(node) { count += 1 }
      for part in heldParts(of: node) where seen.insert(part).inserted { stack.append(part) }
    }
    return count
  }

  /// The nodes of `children(of:)`, but where thousands of objects have one dict of attributes that dict, so that all of a
  /// document takes time that is linear in it.
  package func heldParts(of id: NodeID) -> [NodeID] {
    switch self[id] {
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): items
    case .mapping(let mapping): mapping.entries.map(\.value) + (mapping.attributes.map { [$0] } ?? [])
    case .stateDict(let state): Array(state.entries.values) + (state.attributes.map { [$0] } ?? [])
    case .object(let object) where !isPlain(object):
      (object.form == .persistent ? [object.callee] : [])
        + [object.arguments, object.keywords].compactMap { $0 } + object.items
        + object.entries.map(\.value) + object.members + object.states
    default: []
    }
  }

  /// Whether a node is a tensor, plain or composite.
  package func isTensor(_ id: NodeID) -> Bool {
    switch self[id] {
    case .tensor, .composite: true
    default: false
    }
  }
}
