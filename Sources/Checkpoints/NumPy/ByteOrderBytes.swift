// SPDX-License-Identifier: Apache-2.0

/// Big-endian elements as little-endian ones, turned when they are wanted.
struct ByteOrderBytes: ComputedBytes {
  let source: ByteSource
  /// Bytes of what is turned: half an element where it is complex.
  let word: Int

  var byteCount: Int { source.byteCount }
  var sources: [ByteSource] { [source] }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let first = range.lowerBound / word * word
    let last = (range.upperBound + word - 1) / word * word
    var skip = range.lowerBound - first
    var left = range.count
    try source.forEachChunk(of: first..<last) { chunk throws(CheckpointError) in
      var bytes = unsafe chunk.withUnsafeBytes { unsafe Array($0) }
      for start in stride(from: 0, to: bytes.count, by: word) { bytes[start..<start + word].reverse() }
      let end = min(bytes.count, skip + left)
      try unsafe body(bytes.span.bytes.extracting(skip..<end))
      left -= end - skip
      skip = 0
    }
  }
}
