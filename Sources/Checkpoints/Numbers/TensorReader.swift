// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of a tensor in row-major order, little-endian, whatever its strides.
package struct TensorReader: Sendable {
  /// The bytes of the storage that the tensor views.
  let source: ByteSource
  let tensor: TensorRecord

  package init(_ document: Document, _ tensor: TensorRecord) {
    source = document[tensor.storage].bytes
    self.tensor = tensor
  }

  /// An expanded tensor may claim far more elements than its file has bytes. Beyond this many bytes and
  /// `largestExpansion` times its storage it is refused.
  private static let freeBytes = 1 << 30
  private static let largestExpansion = 64

  private var hasBits: Bool { tensor.isConjugate || tensor.isNegative }

  /// Hands out all elements in chunks of whole elements.
  package func forEachChunk(_ body: (RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) {
    let size = tensor.dtype.itemSize
    if tensor.count == 0 { return }
    if tensor.isContiguous && !hasBits {
      let start = tensor.offset * size
      return try source.forEachChunk(of: start..<start + tensor.byteCount, body)
    }
    try gather(body)
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

  /// Walks the index space with one counter a dimension, over the bytes that the view spans.
  private func gather(_ body: (RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) {
    let size = tensor.dtype.itemSize
    guard let extent = tensor.extent else {
      throw CheckpointError(.corrupt, "the strides of a tensor overflow")
    }
    let limit = Self.freeBytes + extent.count * size * Self.largestExpansion
    guard tensor.byteCount <= limit else {
      throw CheckpointError(
        .limit,
        "\(tensor.count) elements are expanded from \(extent.count) in the file; they are not written out",
        hint: "look at one with `resect show`, or drop it")
    }
    let stored = try source.read(extent.lowerBound * size..<extent.upperBound * size)
    let perChunk = ByteSource.chunkSize / size
    var chunk = [UInt8](repeating: 0, count: min(perChunk, tensor.count) * size)
    var counter = [Int](repeating: 0, count: tensor.shape.count)
    var position = 0
    var filled = 0
    var left = tensor.count
    while left > 0 {
      for byte in 0..<size { chunk[filled * size + byte] = stored[position * size + byte] }
      filled += 1
      left -= 1
      advance(&counter, &position)
      if (filled + 1) * size > chunk.count || left == 0 {
        applyBits(&chunk, filled)
        unsafe try body(chunk.span.bytes.extracting(0..<filled * size))
        filled = 0
      }
    }
  }

  private func advance(_ counter: inout [Int], _ position: inout Int) {
    for dimension in counter.indices.reversed() {
      counter[dimension] += 1
      position += tensor.strides[dimension]
      if counter[dimension] < tensor.shape[dimension] { return }
      position -= tensor.strides[dimension] * tensor.shape[dimension]
      counter[dimension] = 0
    }
  }

  /// The conjugate and negative bits as sign flips: of the imaginary part, of every part, or of the real part when
  /// both are set.
  private func applyBits(_ chunk: inout [UInt8], _ count: Int) {
    guard hasBits else { return }
    let size = tensor.dtype.itemSize
    let part = tensor.dtype.isComplex ? size / 2 : size
    for element in 0..<count {
      for index in 0..<size / part {
        let isImaginary = index == 1
        if tensor.isNegative != (isImaginary && tensor.isConjugate) {
          chunk[element * size + (index + 1) * part - 1] ^= 0x80
        }
      }
    }
  }
}
