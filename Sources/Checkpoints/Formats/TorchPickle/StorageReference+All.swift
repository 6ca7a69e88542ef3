// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension StorageReference {
  /// Every storage that a pickle names, by key, in the order of first mention; those that make no sense are left out. The
  /// pickle may end early.
  static func all(in graph: PickleGraph) -> OrderedDictionary<Text, StorageReference> {
    var found: OrderedDictionary<Text, StorageReference> = [:]
    for node in graph.nodes {
      guard case .persistent(let id) = node, let reference = try? StorageReference(id, in: graph),
        reference.byteCount != nil, found[reference.key] == nil
      else { continue }
      found[reference.key] = reference
    }
    return found
  }

  /// Nil for a class that is no storage of torch, and for more bytes than can be.
  var byteCount: Int? {
    guard let itemSize else { return nil }
    let (count, overflow) = numel.multipliedReportingOverflow(by: itemSize)
    return overflow || count > 1 << 56 ? nil : count
  }
}
