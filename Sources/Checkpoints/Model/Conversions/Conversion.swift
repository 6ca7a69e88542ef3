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

  package typealias Losses = FloatingPointCodec.Losses

  /// Hands out the converted bytes of `range`.
  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try source.forEachChunk(of: range, from: from.itemSize, to: to.itemSize, body) { chunk in
      var losses = Losses()
      return FloatingPointCodec.convert(chunk, from: from, to: to, &losses)
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
