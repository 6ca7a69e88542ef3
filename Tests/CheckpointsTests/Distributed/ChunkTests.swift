// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct ChunkTests {
  private typealias Chunk = DistributedMetadata.Chunk

  /// Every way to cut a shape at some places of each dimension: boxes that fill it.
  private func grid(_ shape: [Int], _ cuts: [[Int]]) -> [Chunk] {
    var chunks = [Chunk(offsets: [], sizes: [])]
    for (size, cuts) in zip(shape, cuts) {
      let edges = [0] + cuts + [size]
      chunks = chunks.flatMap { chunk in
        zip(edges, edges.dropFirst()).map {
          Chunk(offsets: chunk.offsets + [$0.0], sizes: chunk.sizes + [$0.1 - $0.0])
        }
      }
    }
    return chunks
  }

  /// The elements of a box of a tensor whose element i is i, as little-endian integers of `size` bytes.
  private func bytes(_ chunk: Chunk, of shape: [Int], size: Int) -> [UInt8] {
    var cursor = StrideCursor(chunk.sizes, TensorRecord.contiguousStrides(shape))
    let first = zip(chunk.offsets, TensorRecord.contiguousStrides(shape)).reduce(0) { $0 + $1.0 * $1.1 }
    var bytes: [UInt8] = []
    for _ in 0..<chunk.count {
      let value = first + cursor.position
      for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
      cursor.advance()
    }
    return bytes
  }

  @Test(arguments: [
    ([12], [[5, 9]]), ([7, 3], [[2, 4, 6], []]), ([3, 7], [[], [2, 4, 6]]), ([5, 6, 2], [[3], [3], []]),
    ([3, 5, 4, 3], [[], [3], [2], []]), ([2, 3, 9], [[], [], [3, 6]]), ([4, 4, 4], [[1], [2], [3]]),
  ])
  func `chunks become the tensor, whichever range is asked for`(shape: [Int], cuts: [[Int]]) throws {
    let whole = bytes(Chunk(offsets: shape.map { _ in 0 }, sizes: shape), of: shape, size: 2)
    for isComputed in [false, true] {
      let parts = grid(shape, cuts).reversed().map { chunk in
        let part = bytes(chunk, of: shape, size: 2)
        let tensor = TensorRecord(dtype: .int16, shape: chunk.sizes, storage: StorageID(0))
        return ChunkedBytes.Part(
          offsets: chunk.offsets, sizes: chunk.sizes,
          elements: TensorReader(
            isComputed ? .computed(RowMajorBytes(.memory(part), tensor)) : .memory(part), tensor))
      }
      let chunked = ByteSource.computed(ChunkedBytes(shape: shape, itemSize: 2, parts: Array(parts)))
      #expect(chunked.byteCount == whole.count)
      for start in 0..<whole.count {
        for end in [start, start + 1, (start + whole.count) / 2, whole.count] where end >= start {
          #expect(try chunked.read(start..<end) == Array(whole[start..<end]))
        }
      }
    }
  }

  @Test func `blocks end within rows, and chunks are larger than a block`() throws {
    let shape = [5, 700_001]
    let whole = bytes(Chunk(offsets: [0, 0], sizes: shape), of: shape, size: 1)
    let parts = grid(shape, [[3], [300_000]]).map {
      ChunkedBytes.Part(
        offsets: $0.offsets, sizes: $0.sizes,
        elements: TensorReader(
          .memory(bytes($0, of: shape, size: 1)),
          TensorRecord(dtype: .uint8, shape: $0.sizes, storage: StorageID(0))))
    }
    let chunked = ChunkedBytes(shape: shape, itemSize: 1, parts: parts)
    var sizes: [Int] = []
    var got: [UInt8] = []
    try chunked.forEachChunk(of: 0..<chunked.byteCount) { chunk throws(CheckpointError) in
      sizes.append(chunk.byteCount)
      unsafe chunk.withUnsafeBytes { unsafe got.append(contentsOf: $0) }
    }
    #expect(got == whole)
    #expect(sizes.dropLast().allSatisfy { $0 == ByteSource.chunkSize })
  }

  @Test func `chunks may lie transposed in their storages`() throws {
    let shape = [6, 5]
    let whole = bytes(Chunk(offsets: [0, 0], sizes: shape), of: shape, size: 2)
    let parts = grid(shape, [[2], [3]]).map { chunk in
      let (rows, columns) = (chunk.sizes[0], chunk.sizes[1])
      let part = bytes(chunk, of: shape, size: 2)
      var turned: [UInt8] = []
      for column in 0..<columns {
        for row in 0..<rows {
          let place = 2 * (row * columns + column)
          turned += part[place..<place + 2]
        }
      }
      let tensor = TensorRecord(
        dtype: .int16, shape: chunk.sizes, strides: [1, rows], storage: StorageID(0))
      return ChunkedBytes.Part(
        offsets: chunk.offsets, sizes: chunk.sizes, elements: TensorReader(.memory(turned), tensor))
    }
    let chunked = ByteSource.computed(ChunkedBytes(shape: shape, itemSize: 2, parts: parts))
    for start in 0..<whole.count {
      #expect(try chunked.read(start..<whole.count) == Array(whole[start...]))
    }
  }

  private func refusal(_ shape: [Int], _ chunks: [([Int], [Int])]) -> CheckpointError? {
    do throws(CheckpointError) {
      try ChunkCover.check(chunks.map { Chunk(offsets: $0.0, sizes: $0.1) }, fill: shape, .float32)
    } catch { return error }
    return nil
  }

  @Test func `chunks that fill a tensor are taken, empty ones too`() {
    #expect(refusal([5, 2], [([0, 0], [3, 2]), ([3, 0], [2, 2]), ([5, 0], [0, 2])]) == nil)
    #expect(refusal([], [([], [])]) == nil)
    #expect(refusal([0, 3], [([0, 0], [0, 3])]) == nil)
    #expect(refusal([0, 3], []) == nil)
    #expect(refusal([2, 2], [([0, 0], [1, 1]), ([0, 1], [2, 1]), ([1, 0], [1, 1])]) == nil)
  }

  @Test func `holes, overlaps and what reaches past are named`() {
    #expect(
      refusal([5, 2], [([0, 0], [3, 2])])?.reason == "its chunks hold 6 of 10 elements: a part is missing")
    #expect(
      refusal([5, 2], [([0, 0], [3, 2]), ([2, 0], [3, 2])])?.reason
        == "its chunks at [0, 0] and [2, 0] overlap: one element has two values")
    // As many elements as the tensor has, but some twice and some not at all.
    #expect(refusal([4], [([0], [2]), ([1], [2])])?.code == .corrupt)
    #expect(refusal([], [([], []), ([], [])])?.reason.contains("overlap") == true)
    #expect(
      refusal([5, 2], [([4, 0], [2, 2])])?.reason
        == "a chunk at [4, 0] of size [2, 2] reaches past the tensor, whose size is [5, 2]")
    #expect(refusal([5], [([0, 0], [5, 1])])?.code == .corrupt)
    #expect(refusal([5], [([Int.max], [Int.max])])?.code == .corrupt)
    #expect(
      refusal([1 << 40, 1 << 40], [([0, 0], [1 << 40, 1 << 40])])?.reason.contains("more bytes") == true)
    #expect(refusal([1 << 62], [])?.reason.contains("more bytes") == true)
    let many = (0...ChunkCover.limit).map { ([$0], [1]) }
    #expect(refusal([many.count], many)?.code == .limit)
  }
}
