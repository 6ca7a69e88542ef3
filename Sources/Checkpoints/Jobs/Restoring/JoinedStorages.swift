// SPDX-License-Identifier: Apache-2.0

/// The storages of an original, put together from the tensors of its result and of the patch.
struct JoinedStorages {
  private let sizes: [Int]
  private var parts: [[JoinedBytes.Part]]

  /// - Parameter sizes: bytes of each storage.
  init(sizes: [Int]) {
    self.sizes = sizes
    parts = Array(repeating: [], count: sizes.count)
  }

  /// Puts the elements of a tensor at its place.
  ///
  /// - Throws: `corrupt` where the place is none of the storages', or not one for the tensor.
  mutating func add(
    _ tensor: TensorRecord, of document: Document, at place: RemovalTable.Place
  ) throws(CheckpointError) {
    guard place.storage < sizes.count, place.order.count == tensor.shape.count else {
      throw CheckpointError(.corrupt, "its place is none")
    }
    let bytes = tensor.byteCount
    // What names one byte a million times would grow without bound.
    guard bytes > 0, bytes <= document[tensor.storage].byteCount else {
      throw CheckpointError(.corrupt, "its elements lie over each other, or there are none")
    }
    guard place.start <= sizes[place.storage], bytes <= sizes[place.storage] - place.start else {
      throw CheckpointError(.corrupt, "its place goes beyond storage \(place.storage)")
    }
    let ordered = RowMajorBytes(document[tensor.storage].bytes, tensor.permuted(place.order))
    let part =
      ordered.direct.map { JoinedBytes.Part(start: place.start, source: ordered.source, range: $0) }
      ?? JoinedBytes.Part(start: place.start, source: .computed(ordered), range: 0..<bytes)
    parts[place.storage].append(part)
  }

  /// Less than the padding between views of different types is left open, and stays zero.
  private static let padding = 16

  /// The storages, whole.
  ///
  /// - Throws: `corrupt` where parts overlap, or leave bytes open.
  func storages() throws(CheckpointError) -> [Storage] {
    var storages: [Storage] = []
    for (key, size) in sizes.enumerated() {
      let parts = parts[key].sorted { $0.start < $1.start }
      var end = 0
      for part in parts {
        try Self.checkGap(end, part.start, key)
        end = part.end
      }
      try Self.checkGap(end, size, key)
      storages.append(Storage(name: "data/\(key)", byteCount: size, bytes: Self.source(parts, size)))
    }
    return storages
  }

  private static func checkGap(_ end: Int, _ start: Int, _ key: Int) throws(CheckpointError) {
    guard start >= end else {
      throw CheckpointError(.corrupt, "two tensors would have one place in storage \(key)")
    }
    guard start - end < padding else {
      throw CheckpointError(.corrupt, "nothing says what bytes \(end) to \(start) of storage \(key) are")
    }
  }

  /// One part alone stays what it is, so that the kernel copies it.
  private static func source(_ parts: [JoinedBytes.Part], _ size: Int) -> ByteSource {
    if let part = parts.first, parts.count == 1, part.range.count == size {
      if part.range.count == part.source.byteCount { return part.source }
      if case .file(let file, let range, _) = part.source {
        let start = range.lowerBound + part.range.lowerBound
        return .file(file, start..<start + size, crc32: nil)
      }
    }
    return size == 0 ? .memory([]) : .computed(JoinedBytes(byteCount: size, parts: parts))
  }
}
