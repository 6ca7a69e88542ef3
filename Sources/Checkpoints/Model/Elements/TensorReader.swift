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

  /// Whether the elements are the bytes of the storage from `offset` on.
  var isPlain: Bool { rowMajor.direct != nil }

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
    try forEachBlock { block in for index in block.indices { values.append(Float(block[index])) } }
    return values
  }

  /// Real floating-point elements as float64, row-major.
  package func doubles() throws(CheckpointError) -> [Double] {
    guard tensor.dtype.isFloatingPoint else {
      throw CheckpointError(.unsupported, "\(tensor.dtype) elements are no real numbers")
    }
    var values: [Double] = []
    try forEachBlock { block in for index in block.indices { values.append(block[index]) } }
    return values
  }

  private func forEachBlock(_ body: (Span<Double>) -> Void) throws(CheckpointError) {
    try forEachChunk { chunk throws(CheckpointError) in
      FloatingPointCodec.forEachBlock(of: chunk, tensor.dtype) { _, block in body(block) }
    }
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

extension TensorReader {
  /// XXH3-128 over data type, shape and elements in row-major order: equal for equal tensors, whatever the strides.
  package func fingerprint(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> XXH3.Digest {
    var hash = XXH3()
    hash.update(Array("\(tensor.dtype) \(tensor.shapeText)\n".utf8))
    if !isPlain { try checkExtent() }
    try forEachChunk { chunk throws(CheckpointError) in
      hash.update(chunk)
      onBytes(chunk.byteCount)
    }
    return hash.digest()
  }
}
