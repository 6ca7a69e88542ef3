// SPDX-License-Identifier: Apache-2.0

/// A tensor's elements in row-major order, put together from chunks that are tensors of their own.
///
/// What a block of the output takes from one chunk is one run of that chunk's row-major order: it is read at once and laid
/// out in rows. Of chunks that lie so in their files no more than two blocks are in memory, whichever way the tensor was
/// cut; of others what a `RunReader` holds.
struct ChunkedBytes: ComputedBytes {
  struct Part: Sendable {
    var offsets: [Int]
    var sizes: [Int]
    /// Of these sizes.
    var elements: TensorReader
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
        sizes: collapsed(part.sizes), elements: part.elements)
    }.sorted { $0.first < $1.first }
  }

  var sources: [ByteSource] { boxes.map(\.elements.source) }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var block = [UInt8](repeating: 0, count: min(ByteSource.chunkSize, range.count))
    // What is held of a chunk between two blocks.
    var readers: [Int: RunReader] = [:]
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + ByteSource.chunkSize, range.upperBound)
      for (number, box) in boxes.enumerated() {
        if box.first >= end { break }
        guard box.last > start else {
          readers[number] = nil
          continue
        }
        let wanted = box.bytes(before: start)..<box.bytes(before: end)
        if wanted.isEmpty { continue }
        var reader = readers.removeValue(forKey: number) ?? RunReader(box.elements)
        try reader.withBytes(wanted) { box.scatter($0, of: wanted, into: &block, from: start) }
        if reader.worthKeeping { readers[number] = reader }
      }
      try unsafe body(block.span.bytes.extracting(0..<end - start))
      start = end
    }
  }
}

/// A box of bytes in a larger one: the last dimension counts bytes.
struct ChunkBox: Sendable {
  let elements: TensorReader
  private let offsets: [Int]
  private let sizes: [Int]
  /// Bytes from one index to the next, outside and inside of the box.
  private let outer: [Int]
  private let inner: [Int]
  /// Where its first byte lies in the whole, and where the byte behind its last.
  let first: Int
  let last: Int

  init(extents: [Int], offsets: [Int], sizes: [Int], elements: TensorReader) {
    self.elements = elements
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

  /// Lays its bytes `range` into a block of the whole that begins at `start`.
  func scatter(_ bytes: RawSpan, of range: Range<Int>, into block: inout [UInt8], from start: Int) {
    var from = 0
    for part in ElementBox.covering(range, of: sizes) {
      let to = offsets.indices.reduce(-start) { $0 + (offsets[$1] + part.lower[$1]) * outer[$1] }
      StridedCopy(part.size, from: inner, to: outer)(bytes, at: from, into: &block, at: to, itemSize: 1)
      from += part.count
    }
  }
}
