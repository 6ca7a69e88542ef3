// SPDX-License-Identifier: Apache-2.0

/// Where bytes come from, as data: it can be planned and printed before anything is read.
package enum ByteSource: Sendable {
  /// A range of an input file; with its CRC-32 where the archive states one for exactly this range.
  case file(InputFile, Range<Int>, crc32: UInt32?)
  case memory([UInt8])
  /// Bytes that are made from other sources when they are wanted: decoded, converted, gathered, averaged.
  case computed(any ComputedBytes)

  package var byteCount: Int {
    switch self {
    case .file(_, let range, _): range.count
    case .memory(let bytes): bytes.count
    case .computed(let bytes): bytes.byteCount
    }
  }

  /// The input files that the bytes come from.
  package var inputs: [InputFile] {
    switch self {
    case .file(let file, _, _): [file]
    case .memory: []
    case .computed(let bytes): bytes.sources.flatMap(\.inputs)
    }
  }

  /// The same bytes as a range of the file on disk, where they lie in a part of one.
  package var ofWholeFile: ByteSource {
    guard case .file(let file, let range, let crc32) = self, let whole = file.whole else { return self }
    return .file(whole, file.start + range.lowerBound..<file.start + range.upperBound, crc32: crc32)
  }

  /// The most bytes that a chunk has; a multiple of every item size.
  package static let chunkSize = 1 << 20

  /// Hands out the bytes of `range` in order, in chunks of about `chunkSize`; each but the last has a multiple of
  /// 16 bytes, the largest item.
  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    switch self {
    case .file(let file, let whole, _):
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(start + Self.chunkSize, range.upperBound)
        let bytes = try file.read(whole.lowerBound + start..<whole.lowerBound + end)
        unsafe try body(bytes.span.bytes)
        start = end
      }
    case .memory(let bytes):
      unsafe try body(bytes.span.bytes.extracting(range))
    case .computed(let bytes):
      try bytes.forEachChunk(of: range, body)
    }
  }

  /// Hands out `range` of what becomes of the source's elements, of `size` bytes each, when each is made one of
  /// `newSize` bytes.
  ///
  /// - Parameter transform: makes the new elements of a chunk of whole old ones.
  package func forEachChunk(
    of range: Range<Int>, from size: Int, to newSize: Int,
    _ body: (RawSpan) throws(CheckpointError) -> Void, _ transform: (RawSpan) -> [UInt8]
  ) throws(CheckpointError) {
    let first = range.lowerBound / newSize
    let last = (range.upperBound + newSize - 1) / newSize
    var skip = range.lowerBound - first * newSize
    var left = range.count
    // Bytes at the end may fill no element.
    try forEachChunk(of: first * size..<min(last * size, byteCount)) { chunk throws(CheckpointError) in
      let bytes = transform(chunk)
      let end = min(bytes.count, skip + left)
      unsafe try body(bytes.span.bytes.extracting(skip..<end))
      left -= end - skip
      skip = 0
    }
  }

  /// All bytes of `range` at once: for what is known to be small, or must be gathered out of order.
  package func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    if case .file(let file, let whole, _) = self {
      return try file.read(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    try forEachChunk(of: range) { chunk throws(CheckpointError) in
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
