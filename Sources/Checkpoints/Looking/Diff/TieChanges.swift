// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension DiffReport.Ties {
  /// Compares which of the paired tensors share a storage. Tensors without elements share nothing that matters.
  init(_ pairs: [TensorPairing.Pair], _ a: DiffSide, _ b: DiffSide) {
    let left = Self.groups(pairs) { a.tensors[$0.a] }
    let right = Self.groups(pairs) { b.tensors[$0.b] }
    let (before, after) = (Set(left), Set(right))
    self.a = left.filter { !after.contains($0) }
    self.b = right.filter { !before.contains($0) }
  }

  /// Paths of `a` by storage, where a storage has more than one.
  private static func groups(
    _ pairs: [TensorPairing.Pair], _ tensor: (TensorPairing.Pair) -> TensorRecord?
  ) -> [[Text]] {
    var groups: OrderedDictionary<StorageID, [Text]> = [:]
    for pair in pairs {
      guard let tensor = tensor(pair), tensor.count > 0 else { continue }
      groups[tensor.storage, default: []].append(pair.a)
    }
    return groups.values.filter { $0.count > 1 }
  }
}
