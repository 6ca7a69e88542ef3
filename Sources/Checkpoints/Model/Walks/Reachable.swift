// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The nodes that can be reached from a document's root, and how often each is referred to.
package struct Reachable {
  /// One count a node; 0 is unreachable.
  package private(set) var references: [Int32]
  /// Tensors in the order in which they are first met.
  package private(set) var tensors: [NodeID] = []
  /// Composite tensors, likewise. Their parts are among `tensors`.
  package private(set) var composites: [NodeID] = []

  /// `throughOriginals`: modules count by the object that was pickled, not by their `state_dict()`.
  package init(_ document: Document, throughOriginals: Bool = false) {
    references = [Int32](repeating: 0, count: document.nodes.count)
    var stack = [document.root]
    while let id = stack.popLast() {
      let index = Int(id.index)
      references[index] &+= 1
      if references[index] > 1 { continue }
      switch document[id] {
      case .tensor: tensors.append(id)
      case .composite: composites.append(id)
      default: break
      }
      let parts = document.parts(of: id, throughOriginals: throughOriginals)
      stack.append(contentsOf: parts.reversed())
    }
  }
}

extension Document {
  /// Every node that a node refers to, keys and classes included, in writing order.
  package func parts(of id: NodeID, throughOriginals: Bool = false) -> [NodeID] {
    switch self[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .tensor, .numpy,
      .global:
      return []
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): return items
    case .mapping(let mapping):
      return mapping.entries.flatMap { [$0.key, $0.value] } + (mapping.attributes.map { [$0] } ?? [])
    case .stateDict(let state):
      if throughOriginals, let original = state.original { return parts(of: original) }
      return Array(state.entries.values) + (state.metadata.map { Array($0.values) } ?? [])
        + (state.attributes.map { [$0] } ?? [])
    case .composite(let composite):
      switch composite.form {
      case .call(let object): return parts(of: object)
      case .quantized(let codes, let parameters): return [codes, parameters]
      case .typed(let inner, let type, let state): return [inner, type, state]
      }
    case .object(let object): return parts(of: object)
    }
  }

  private func parts(of object: OpaqueObject) -> [NodeID] {
    if object.form == .persistent { return [] }
    var parts = [object.callee]
    if let arguments = object.arguments { parts.append(arguments) }
    if let keywords = object.keywords { parts.append(keywords) }
    return parts + object.items + object.entries.flatMap { [$0.key, $0.value] } + object.members
      + object.states
  }
}
