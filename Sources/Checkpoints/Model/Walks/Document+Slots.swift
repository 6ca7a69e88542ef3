// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// The place that a child stands in, in the order of `children(of:)`.
  package enum Slot: Hashable, Sendable {
    case item(Int)
    case entry(Int)
    case member(Int)
    /// The n-th entry of a BUILD state that is a dict.
    case attribute(state: NodeID, Int)
    /// An argument or a state of another form: what its object is made from cannot go alone.
    case fixed
  }

  /// One slot for each of `children(of:)`.
  package func slots(of id: NodeID) -> [Slot] {
    switch self[id] {
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items):
      return items.indices.map { .item($0) }
    case .mapping(let mapping):
      return mapping.entries.indices.map { .entry($0) } + attributeSlots(mapping.attributes)
    case .stateDict(let state):
      return (0..<state.entries.count).map { .entry($0) } + attributeSlots(state.attributes)
    case .object(let object):
      let built = object.items.count + object.entries.count + object.members.count
      let attributes = object.states.flatMap { attributeSlots($0) }
      let fixed = children(of: id).count - built - attributes.count
      return [Slot](repeating: .fixed, count: fixed) + object.items.indices.map { .item($0) }
        + object.entries.indices.map { .entry($0) } + object.members.indices.map { .member($0) } + attributes
    default:
      return []
    }
  }

  private func attributeSlots(_ state: NodeID?) -> [Slot] {
    guard let state else { return [] }
    switch self[state] {
    case .mapping(let mapping) where mapping.attributes == nil:
      return mapping.entries.indices.map { .attribute(state: state, $0) }
    case .stateDict(let dict) where dict.attributes == nil:
      return (0..<dict.entries.count).map { .attribute(state: state, $0) }
    case .none: return []
    default: return [.fixed]
    }
  }

  /// Puts another node into a slot.
  package mutating func put(_ node: NodeID, in slot: Slot, of id: NodeID) {
    switch (slot, self[id]) {
    case (.item(let index), .list(var items)):
      items[index] = node
      self[id] = .list(items)
    case (.item(let index), .tuple(var items)):
      items[index] = node
      self[id] = .tuple(items)
    case (.item(let index), .set(var items)):
      items[index] = node
      self[id] = .set(items)
    case (.item(let index), .frozenset(var items)):
      items[index] = node
      self[id] = .frozenset(items)
    case (.entry(let index), .mapping(var mapping)):
      mapping.entries[index].value = node
      self[id] = .mapping(mapping)
    case (.entry(let index), .stateDict(var state)):
      state.entries.values[index] = node
      self[id] = .stateDict(state)
    case (.item(let index), .object(var object)):
      object.items[index] = node
      self[id] = .object(object)
    case (.entry(let index), .object(var object)):
      object.entries[index].value = node
      self[id] = .object(object)
    case (.member(let index), .object(var object)):
      object.members[index] = node
      self[id] = .object(object)
    case (.attribute(let state, let index), _):
      put(node, in: .entry(index), of: state)
    default:
      break
    }
  }

  /// Takes what stands in some slots of one container out of it. The entries of a state dict are left to
  /// `StateDict.rekey`, which also takes care of `_metadata`.
  package mutating func remove(_ slots: Set<Slot>, from id: NodeID) {
    func kept<Element>(_ list: [Element], _ slot: (Int) -> Slot) -> [Element] {
      list.enumerated().filter { !slots.contains(slot($0.offset)) }.map(\.element)
    }
    switch self[id] {
    case .list(let items): self[id] = .list(kept(items, Slot.item))
    case .tuple(let items): self[id] = .tuple(kept(items, Slot.item))
    case .set(let items): self[id] = .set(kept(items, Slot.item))
    case .frozenset(let items): self[id] = .frozenset(kept(items, Slot.item))
    case .mapping(var mapping):
      mapping.entries = kept(mapping.entries, Slot.entry)
      self[id] = .mapping(mapping)
    case .object(var object):
      object.items = kept(object.items, Slot.item)
      object.entries = kept(object.entries, Slot.entry)
      object.members = kept(object.members, Slot.member)
      self[id] = .object(object)
    default:
      break
    }
    var states: Set<NodeID> = []
    for case .attribute(let state, _) in slots { states.insert(state) }
    for state in states {
      switch self[state] {
      case .mapping(var mapping):
        mapping.entries = kept(mapping.entries) { .attribute(state: state, $0) }
        self[state] = .mapping(mapping)
      case .stateDict(var dict):
        let entries = kept(Array(dict.entries)) { .attribute(state: state, $0) }
        dict.entries = .init(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
        self[state] = .stateDict(dict)
      default: break
      }
    }
  }
}
