// SPDX-License-Identifier: Apache-2.0

/// Whether the chunks of a tensor fill it, each element once.
enum ChunkCover {
  /// The most chunks that a tensor may have.
  static let limit = 1 << 16

  /// - Throws: `.corrupt` for a chunk that reaches past the tensor, for two that overlap, for elements in none.
  static func check(
    _ chunks: [DistributedMetadata.Chunk], fill shape: [Int], _ dtype: DType
  ) throws(CheckpointError) {
    guard chunks.count <= limit else {
      throw CheckpointError(.limit, "it has \(chunks.count) chunks; at most \(limit) are put together")
    }
    var total = dtype.itemSize
    for size in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      if overflow { throw CheckpointError(.corrupt, "its size \(shape) has more bytes than 64 bits count") }
      total = product
    }
    total /= dtype.itemSize
    var filled = 0
    for chunk in chunks {
      try check(chunk, within: shape)
      // No chunk is larger than the tensor, and there are not many: the sum cannot overflow unseen.
      let (sum, overflow) = filled.addingReportingOverflow(chunk.count)
      filled = overflow ? Int.max : sum
    }
    try checkDisjoint(chunks.filter { $0.count > 0 }, shape)
    guard filled == total else {
      throw CheckpointError(
        .corrupt, "its chunks hold \(filled) of \(total) elements: a part is missing",
        hint: "the files of all ranks must lie in one folder")
    }
  }

  private static func check(
    _ chunk: DistributedMetadata.Chunk, within shape: [Int]
  ) throws(CheckpointError) {
    let ranks = chunk.offsets.count == shape.count && chunk.sizes.count == shape.count
    let isInside =
      ranks
      && zip(shape, zip(chunk.offsets, chunk.sizes)).allSatisfy { size, part in
        part.0 <= size && part.1 <= size - part.0
      }
    guard isInside else {
      throw CheckpointError(
        .corrupt,
        "a chunk at \(chunk.offsets) of size \(chunk.sizes) reaches past the tensor, whose size is \(shape)")
    }
  }

  /// Sweeps along the longest dimension: only chunks that are open at once are compared.
  private static func checkDisjoint(
    _ chunks: [DistributedMetadata.Chunk], _ shape: [Int]
  ) throws(CheckpointError) {
    guard chunks.count > 1 else { return }
    let axis = shape.indices.max { shape[$0] < shape[$1] }
    let sorted = axis.map { axis in chunks.sorted { $0.offsets[axis] < $1.offsets[axis] } } ?? chunks
    var open: [DistributedMetadata.Chunk] = []
    for chunk in sorted {
      if let axis { open.removeAll { $0.offsets[axis] + $0.sizes[axis] <= chunk.offsets[axis] } }
      if let other = open.first(where: { overlap($0, chunk) }) {
        throw CheckpointError(
          .corrupt, "its chunks at \(other.offsets) and \(chunk.offsets) overlap: one element has two values")
      }
      open.append(chunk)
    }
  }

  private static func overlap(_ a: DistributedMetadata.Chunk, _ b: DistributedMetadata.Chunk) -> Bool {
    a.offsets.indices.allSatisfy {
      a.offsets[$0] < b.offsets[$0] + b.sizes[$0] && b.offsets[$0] < a.offsets[$0] + a.sizes[$0]
    }
  }
}
