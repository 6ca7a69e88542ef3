// SPDX-License-Identifier: Apache-2.0

/// An element-wise conversion of a source's bytes that has yet to be computed: what `cast` leaves behind.
package struct Conversion: ComputedBytes {
  package var source: ByteSource
  package var from: DType
  package var to: DType

  package init(source: ByteSource, from: DType, to: DType) {
    self.source = source
    self.from = from
    self.to = to
  }

  package var sources: [ByteSource] { [source] }

  package var byteCount: Int { source.byteCount / from.itemSize * to.itemSize }

  /// What a conversion does to values that the target cannot hold.
  package struct Losses: Hashable, Sendable {
    /// Finite values that become infinite or NaN.
    package var overflows = 0
    /// Values other than zero that become zero.
    package var underflows = 0
  }

  /// Hands out the converted bytes of `range`.
  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let first = range.lowerBound / to.itemSize
    let last = (range.upperBound + to.itemSize - 1) / to.itemSize
    var skip = range.lowerBound - first * to.itemSize
    var left = range.count
    try source.forEachChunk(of: first * from.itemSize..<last * from.itemSize) {
      chunk throws(CheckpointError) in
      var losses = Losses()
      let bytes = FloatingPointCodec.convert(chunk, from: from, to: to, &losses)
      let end = min(bytes.count, skip + left)
      unsafe try body(bytes.span.bytes.extracting(skip..<end))
      left -= end - skip
      skip = 0
    }
  }

  /// Counts what would be lost in the elements `range`, without writing anything.
  package func losses(inElements range: Range<Int>) throws(CheckpointError) -> Losses {
    var losses = Losses()
    let bytes = range.lowerBound * from.itemSize..<range.upperBound * from.itemSize
    try source.forEachChunk(of: bytes) { chunk throws(CheckpointError) in
      _ = FloatingPointCodec.convert(chunk, from: from, to: to, &losses)
    }
    return losses
  }
}
