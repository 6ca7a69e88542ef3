// SPDX-License-Identifier: Apache-2.0

/// Which of the tensors that share memory is written: the safetensors rule (`safetensors.torch.save_model`), by
/// which the alphabetically first name that covers the whole storage stands for the others.
///
/// Tensors share memory where the ranges that they span overlap. Views of one storage that do not are separate.
struct TensorTies {
  /// For each entry the one that is written in its place; nil where it is written itself.
  private(set) var keptFor: [Int?]

  /// - Throws: `.unrepresentable` where no name covers the whole storage, or where the others are views that the
  ///   written bytes have no place for.
  init(_ entries: [FlatDocument.Entry], in document: Document) throws(CheckpointError) {
    keptFor = [Int?](repeating: nil, count: entries.count)
    var byStorage: [StorageID: [Int]] = [:]
    var byNode: [NodeID: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      guard let extent = entry.tensor.extent, !extent.isEmpty else {
        byNode[entry.node, default: []].append(index)
        continue
      }
      byStorage[entry.tensor.storage, default: []].append(index)
    }
    // A tensor without elements is tied to itself alone, under another name.
    for group in byNode.values where group.count > 1 {
      let kept = group.min { entries[$0].name < entries[$1].name }
      for index in group where index != kept { keptFor[index] = kept }
    }
    // In the document's order, so that the same refusal is found each time.
    for group in byStorage.values.sorted(by: { $0[0] < $1[0] }) where group.count > 1 {
      for cluster in Self.clusters(group, entries) where cluster.count > 1 {
        let kept = try Self.kept(cluster, entries, document)
        for index in cluster where index != kept { keptFor[index] = kept }
      }
    }
  }

  private static func span(_ tensor: TensorRecord) -> Range<Int> {
    let extent = tensor.extent ?? 0..<0
    return extent.lowerBound * tensor.dtype.itemSize..<extent.upperBound * tensor.dtype.itemSize
  }

  /// Entries whose spans overlap, directly or through others.
  private static func clusters(_ group: [Int], _ entries: [FlatDocument.Entry]) -> [[Int]] {
    let ordered = group.map { (index: $0, span: span(entries[$0].tensor)) }
      .sorted { ($0.span.lowerBound, $0.index) < ($1.span.lowerBound, $1.index) }
    var clusters: [[Int]] = []
    var end = 0
    for (index, span) in ordered {
      if let last = clusters.indices.last, span.lowerBound < end {
        clusters[last].append(index)
      } else {
        clusters.append([index])
      }
      end = max(end, span.upperBound)
    }
    return clusters
  }

  private static func kept(
    _ cluster: [Int], _ entries: [FlatDocument.Entry], _ document: Document
  ) throws(CheckpointError) -> Int {
    let byName = cluster.sorted { entries[$0].name < entries[$1].name }
    let complete = byName.filter { index in
      let tensor = entries[index].tensor
      return tensor.offset == 0 && tensor.byteCount == document[tensor.storage].byteCount
    }
    if let kept = complete.first(where: { index in
      let tensor = entries[index].tensor
      return RowMajorBytes(document[tensor.storage].bytes, tensor).direct != nil
    }) {
      return kept
    }
    // Written in row-major order the bytes move, so that only the same view can be found in them again.
    if let kept = complete.first,
      cluster.allSatisfy({ entries[$0].tensor.bareView == entries[kept].tensor.bareView })
    {
      return kept
    }
    let names = Prose.list(byName.map { entries[$0].path }, limit: 4)
    throw CheckpointError(
      .unrepresentable,
      "\(names) share memory, and "
        + (complete.isEmpty ? "none of them covers the whole storage" : "not in row-major order")
        + "; safetensors has no views",
      at: .init(key: byName.first.map { entries[$0].path }),
      hint: "`resect edit FILE -o OUT untie` gives each its own bytes")
  }
}
