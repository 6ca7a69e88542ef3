// SPDX-License-Identifier: Apache-2.0

/// The memo: index to node. Picklers count indices up from 0, so an array serves; stray large indices go into
/// a dictionary, so that one 5-byte opcode cannot allocate gigabytes.
struct PickleMemo {
  private var dense: [Int32] = []
  private static let empty: Int32 = -1
  private var sparse: [Int: PickleGraph.ID] = [:]
  /// How many indices are taken: the index that MEMOIZE takes next.
  private(set) var count = 0

  /// - Parameter index: as the pickle has it: GET's may be any number.
  func find(_ index: Int) -> PickleGraph.ID? {
    if dense.indices.contains(index), dense[index] != Self.empty { return PickleGraph.ID(dense[index]) }
    return sparse.isEmpty ? nil : sparse[index]
  }

  mutating func store(_ id: PickleGraph.ID, at index: Int) {
    if index == dense.count && sparse.isEmpty {
      dense.append(id.index)
      count += 1
    } else {
      storeOutOfOrder(id, at: index)
    }
  }

  private mutating func storeOutOfOrder(_ id: PickleGraph.ID, at index: Int) {
    if find(index) == nil { count += 1 }
    // The array stays within twice what it holds.
    if index >= dense.count, index <= 2 * count + 64 {
      dense.append(contentsOf: repeatElement(Self.empty, count: index + 1 - dense.count))
    }
    if index < dense.count {
      dense[index] = id.index
      sparse[index] = nil
    } else {
      sparse[index] = id
    }
  }
}
