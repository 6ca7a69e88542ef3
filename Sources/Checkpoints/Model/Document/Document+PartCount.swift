// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// How many parts a container has of its own, in constant time: as many as `children(of:)` for lists, dicts and their
  /// kin, the attributes of objects left aside, which a dict of their own holds.
  package func partCount(of id: NodeID) -> Int {
    switch self[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .tensor,
      .composite, .numpy, .global:
      return 0
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): return items.count
    case .mapping(let mapping): return mapping.entries.count + (mapping.attributes == nil ? 0 : 1)
    case .stateDict(let state): return state.entries.count + (state.attributes == nil ? 0 : 1)
    case .object(let object):
      let fixed = 2 + object.states.count
      return object.items.count + object.entries.count + object.members.count + fixed
    }
  }
}
