// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Takes lost places out. Containers stay, with all else that is in them: an entry goes with its key, the place in a list
  /// or tuple holds None, so that the others keep theirs.
  ///
  /// - Returns: what to note, a sentence each.
  mutating func remove(lost edges: [Edge]) -> [String] {
    var places: [NodeID: Set<Int>] = [:]
    for edge in edges { places[edge.parent, default: []].insert(edge.index) }
    let none = add(.none)
    var emptied = 0
    var notes: [String] = []
    for (parent, indexes) in places.sorted(by: { $0.key.index < $1.key.index }) {
      let slots = slots(of: parent)
      var gone: Set<Slot> = []
      for index in indexes.sorted() where slots.indices.contains(index) {
        if keepsPlaces(parent), case .item = slots[index] {
          put(none, in: slots[index], of: parent)
          emptied += 1
        } else {
          gone.insert(slots[index])
        }
      }
      notes += take(gone, from: parent)
    }
    if emptied > 0 {
      notes.append("in lists and tuples None stands in \(emptied == 1 ? "its place" : "their places")")
    }
    return notes
  }

  private func keepsPlaces(_ node: NodeID) -> Bool {
    switch self[node] {
    case .list, .tuple, .object: true
    default: false
    }
  }

  private mutating func take(_ slots: Set<Slot>, from node: NodeID) -> [String] {
    guard case .stateDict(var state) = self[node] else {
      remove(slots, from: node)
      return []
    }
    let attributes = slots.filter { if case .attribute = $0 { true } else { false } }
    remove(attributes, from: node)
    let entries = state.entries.elements
    let kept = entries.indices.filter { !slots.contains(.entry($0)) }
    let lost = entries.count - kept.count
    state.entries = .init(uniqueKeysWithValues: kept.map { entries[$0] })
    let notes = lost == 0 ? [] : state.becomeDict(at: .init(path: firstPath(of: node) ?? "", node: node))
    self[node] = .stateDict(state)
    return notes
  }
}
