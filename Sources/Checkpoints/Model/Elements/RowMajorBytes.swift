// SPDX-License-Identifier: Apache-2.0

/// The elements of a tensor in row-major order, whatever its strides: `Tensor.contiguous()`, with lazy conjugate and
/// negative bits resolved.
package struct RowMajorBytes: ComputedBytes {
  let source: ByteSource
  let tensor: TensorRecord

  /// - Parameter source: the bytes of the tensor's storage.
  package init(_ source: ByteSource, _ tensor: TensorRecord) {
    self.source = source
    self.tensor = tensor
  }

  package var byteCount: Int { tensor.byteCount }
  package var sources: [ByteSource] { [source] }

  /// The bytes of the storage that are the elements as they are; nil where they must be put in order.
  var direct: Range<Int>? {
    guard tensor.isContiguous, !tensor.hasLazyBits else { return nil }
    let start = tensor.count == 0 ? 0 : tensor.offset * tensor.dtype.itemSize
    return start..<start + tensor.byteCount
  }

  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if range.isEmpty { return }
    if let direct {
      let start = direct.lowerBound
      return try source.forEachChunk(of: start + range.lowerBound..<start + range.upperBound, body)
    }
    let size = tensor.dtype.itemSize
    var reader = RunReader(TensorReader(source, tensor))
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start / size * size + ByteSource.chunkSize, range.upperBound)
      try reader.withBytes(start..<end, body)
      start = end
    }
  }
}
