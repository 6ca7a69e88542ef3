// SPDX-License-Identifier: Apache-2.0

/// A tensor's elements in row-major order, put together from chunks that each lie row-major in a source of their own.
///
/// What a block of the output takes from one chunk is one run of that chunk, since both are row-major: it is read at once
/// and laid out in rows. No more than two blocks are in memory, whichever way the tensor was cut.
struct ChunkedBytes: ComputedBytes {
  struct Part: Sendable {
    var offsets: [Int]
    var sizes: [Int]
    var source: ByteSource
  }

  let byteCount: Int
  private let boxes: [ChunkBox]

  /// - Parameter parts: they fill the tensor, each element once; none is empty.
  init(shape: [Int], itemSize: Int, parts: [Part]) {
    byteCount = shape.reduce(itemSize, *)
    // Dimensions inside of the last one that is cut are rows that never part.
    let cut =
      shape.indices.last { axis in parts.contains { $0.offsets[axis] != 0 || $0.sizes[axis] != shape[axis] } }
      ?? 0
    let row = shape.dropFirst(cut + 1).reduce(itemSize, *)
    func collapsed(_ lengths: [Int]) -> [Int] {
      var lengths = Array(lengths.prefix(cut + 1))
      if let last = lengths.indices.last { lengths[last] *= row } else { lengths = [row] }
      return lengths
    }
    let extents = collapsed(shape)
    boxes = parts.map { part in
      ChunkBox(
        extents: extents, offsets: shape.isEmpty ? [0] : collapsed(part.offsets),
        sizes: collapsed(part.sizes),
        source: part.source)
    }.sorted { $0.first < $1.first }
  }

  var sources: [ByteSource] { boxes.map(\.source) }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var block = [UInt8](repeating: 0, count: min(ByteSource.chunkSize, range.count))
    // Chunks that must be gathered out of order are gathered once.
    var gathered: [Int: [UInt8]] = [:]
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + ByteSource.chunkSize, range.upperBound)
      for (number, box) in boxes.enumerated() {
        if box.first >= end { break }
        guard box.last > start else {
          gathered[number] = nil
          continue
        }
        let wanted = box.bytes(before: start)..<box.bytes(before: end)
        if wanted.isEmpty { continue }
        if case .computed = box.source, !box.source.startsOver {
          if gathered[number] == nil { gathered[number] = try box.source.read(0..<box.source.byteCount) }
          box.scatter((gathered[number] ?? [])[wanted], into: &block, from: start)
        } else {
          box.scatter(try box.source.read(wanted)[...], of: wanted, into: &block, from: start)
        }
      }
      try unsafe body(block.span.bytes.extracting(0..<end - start))
      start = end
    }
  }
}

/// A box of bytes in a larger one: the last dimension counts bytes.
struct ChunkBox: Sendable {
  let source: ByteSource
  private let offsets: [Int]
  private let sizes: [Int]
  /// Bytes from one index to the next, outside and inside of the box.
  private let outer: [Int]
  private let inner: [Int]
  /// Where its first byte lies in the whole, and where the byte behind its last.
  let first: Int
  let last: Int

  init(extents: [Int], offsets: [Int], sizes: [Int], source: ByteSource) {
    self.source = source
    self.offsets = offsets
    self.sizes = sizes
    outer = TensorRecord.contiguousStrides(extents)
    inner = TensorRecord.contiguousStrides(sizes)
    first = zip(offsets, outer).reduce(0) { $0 + $1.0 * $1.1 }
    last = zip(zip(offsets, sizes), outer).reduce(1) { $0 + ($1.0.0 + $1.0.1 - 1) * $1.1 }
  }

  /// How many of its bytes lie before a position of the whole.
  func bytes(before position: Int) -> Int {
    var (rest, count) = (position, 0)
    for axis in offsets.indices {
      let index = rest / outer[axis]
      rest %= outer[axis]
      if index < offsets[axis] { return count }
      if index >= offsets[axis] + sizes[axis] { return count + sizes[axis] * inner[axis] }
      count += (index - offsets[axis]) * inner[axis]
    }
    return count
  }

  /// Where one of its bytes lies in the whole.
  private func place(of byte: Int) -> Int {
    var (rest, place) = (byte, 0)
    for axis in offsets.indices {
      place += (offsets[axis] + rest / inner[axis]) * outer[axis]
      rest %= inner[axis]
    }
    return place
  }

  /// Lays a run of its bytes into a block of the whole that begins at `start`.
  ///
  /// - Parameter range: which of its bytes they are; the indexes of the slice where nil.
  func scatter(
    _ bytes: ArraySlice<UInt8>, of range: Range<Int>? = nil, into block: inout [UInt8], from start: Int
  ) {
    let range = range ?? bytes.indices
    let row = sizes.last ?? 1
    var byte = range.lowerBound
    while byte < range.upperBound {
      let count = min(row - byte % row, range.upperBound - byte)
      let from = bytes.startIndex + byte - range.lowerBound
      let to = place(of: byte) - start
      block.replaceSubrange(to..<to + count, with: bytes[from..<from + count])
      byte += count
    }
  }
}
