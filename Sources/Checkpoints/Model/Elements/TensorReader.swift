// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of a tensor in row-major order, little-endian, whatever its strides.
package struct TensorReader: Sendable {
  /// The bytes of the storage that the tensor views.
  let source: ByteSource
  let tensor: TensorRecord
  /// Where the tensor lies, for errors.
  let file: String?

  package init(_ document: Document, _ tensor: TensorRecord) {
    self.init(document[tensor.storage].bytes, tensor, file: document.source?.file)
  }

  package init(_ source: ByteSource, _ tensor: TensorRecord, file: String? = nil) {
    self.source = source
    self.tensor = tensor
    self.file = file
  }

  var rowMajor: RowMajorBytes { RowMajorBytes(source, tensor) }

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

  /// Real floating-point elements as float64, row-major.
  package func doubles() throws(CheckpointError) -> [Double] {
    let dtype = tensor.dtype
    guard dtype.isFloatingPoint else {
      throw CheckpointError(.unsupported, "\(dtype) elements are no real numbers")
    }
    var values: [Double] = []
    try forEachChunk { chunk throws(CheckpointError) in
      for index in 0..<chunk.byteCount / dtype.itemSize {
        values.append(FloatingPointCodec.decode(chunk, index, dtype))
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
