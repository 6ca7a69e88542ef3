// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of a tensor in row-major order, little-endian, whatever its strides.
package struct TensorReader {
  let document: Document
  let tensor: TensorRecord

  package init(_ document: Document, _ tensor: TensorRecord) {
    self.document = document
    self.tensor = tensor
  }

  var rowMajor: RowMajorBytes { RowMajorBytes(document[tensor.storage].bytes, tensor) }

  /// Hands out all elements in chunks of whole elements.
  package func forEachChunk(_ body: (RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) {
    try rowMajor.forEachChunk(of: 0..<tensor.byteCount, body)
  }

  /// All elements at once.
  package func bytes() throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    if tensor.isContiguous { bytes.reserveCapacity(tensor.byteCount) }
    try forEachChunk { chunk throws(CheckpointError) in
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// Real floating-point elements as float32, row-major; nil for other data types.
  package func floats() throws(CheckpointError) -> [Float]? {
    guard tensor.dtype.isFloatingPoint else { return nil }
    var values: [Float] = []
    values.reserveCapacity(tensor.count)
    let dtype = tensor.dtype
    try forEachChunk { chunk throws(CheckpointError) in
      for index in 0..<chunk.byteCount / dtype.itemSize {
        values.append(Float(FloatingPointCodec.decode(chunk, index, dtype)))
      }
    }
    return values
  }

  /// SHA-256 over the elements: equal for equal shapes, data types and values, whatever the layout.
  package func digest(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> [UInt8] {
    var digest = SHA256()
    try forEachChunk { chunk throws(CheckpointError) in
      digest.update(chunk)
      onBytes(chunk.byteCount)
    }
    return digest.finalize()
  }
}
