// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Whether `children(of:)` is empty, in constant time.
  package func isLeaf(_ id: NodeID) -> Bool {
    switch self[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .tensor,
      .composite, .numpy, .global:
      return true
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): return items.isEmpty
    case .mapping(let mapping): return mapping.entries.isEmpty && !hasAttributes(mapping.attributes)
    case .stateDict(let state): return state.entries.isEmpty && !hasAttributes(state.attributes)
    case .object(let object):
      if isPlain(object) { return true }
      if object.form == .persistent || object.keywords != nil { return false }
      if let arguments = object.arguments {
        guard case .tuple(let items) = self[arguments], items.isEmpty else { return false }
      }
      return object.items.isEmpty && object.entries.isEmpty && object.members.isEmpty
        && !object.states.contains { hasAttributes($0) }
    }
  }

  /// Whether a BUILD state gives any part.
  private func hasAttributes(_ state: NodeID?) -> Bool {
    guard let state else { return false }
    switch self[state] {
    case .mapping(let mapping) where mapping.attributes == nil: return !mapping.entries.isEmpty
    case .stateDict(let dict) where dict.attributes == nil: return !dict.entries.isEmpty
    case .none: return false
    default: return true
    }
  }

  /// How many bytes `leafValue` takes at most, about: what the memo holds once may be shown a million times.
  package func leafSize(_ id: NodeID) -> Int {
    switch self[id] {
    case .string(let text): 32 + text.count
    case .long(let bytes), .bytes(let bytes), .bytearray(let bytes): 32 + 3 * bytes.count
    case .numpy(let value): 32 + 8 * value.bytes.count
    case .global(let name): 32 + name.module.count + name.name.count
    case .object(let object): 32 + (object.arguments.map { plainSize($0) } ?? 0)
    default: 32
    }
  }

  private func plainSize(_ arguments: NodeID) -> Int {
    guard case .tuple(let parts) = self[arguments] else { return 0 }
    return parts.prefix(4).reduce(0) { sum, part in
      switch self[part] {
      case .tuple(let items): sum + 24 * items.count
      case .string(let text): sum + text.count
      default: sum + 24
      }
    }
  }
}
