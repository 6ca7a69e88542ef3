// SPDX-License-Identifier: Apache-2.0

/// The elements of a tensor in row-major order, whatever its strides: `Tensor.contiguous()`, with lazy conjugate and
/// negative bits resolved.
///
/// What the view spans is read at once where the strides are not row-major already.
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

  private var hasBits: Bool { tensor.isConjugate || tensor.isNegative }

  /// The bytes of the storage that are the elements as they are; nil where they must be put in order.
  var direct: Range<Int>? {
    guard tensor.isContiguous, !hasBits else { return nil }
    let start = tensor.count == 0 ? 0 : tensor.offset * tensor.dtype.itemSize
    return start..<start + tensor.byteCount
  }

  /// An expanded tensor may claim far more elements than its file has bytes. Beyond this many bytes and
  /// `largestExpansion` times its storage it is refused.
  private static let freeBytes = 1 << 30
  private static let largestExpansion = 64

  package func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if range.isEmpty { return }
    if let direct {
      let start = direct.lowerBound
      return try source.forEachChunk(of: start + range.lowerBound..<start + range.upperBound, body)
    }
    try gather(range, body)
  }

  /// The elements of the storage that the view touches. Throws `limit` for strides that make far more elements than
  /// there are.
  @discardableResult
  func checkedExtent() throws(CheckpointError) -> Range<Int> {
    guard let extent = tensor.extent else {
      throw CheckpointError(.corrupt, "the strides of a tensor overflow")
    }
    guard tensor.byteCount <= Self.freeBytes + extent.count * tensor.dtype.itemSize * Self.largestExpansion
    else {
      throw CheckpointError(
        .limit,
        "\(tensor.count) elements are expanded from \(extent.count) in the file; they are not written out",
        hint: "look at one with `resect show`, or drop it")
    }
    // Compressed bytes can stand for a thousand times as many, and all that is out of order is held at once.
    let files = source.inputs.reduce(0) { $0 + $1.size }
    let span = extent.count * tensor.dtype.itemSize
    guard direct != nil || files == 0 || span <= Self.freeBytes + files * Self.largestExpansion else {
      throw CheckpointError(
        .limit,
        "\(span) bytes unpacked from a file of \(files) are not row-major, and too many to put in order",
        hint: "save it in row-major order, or unpack the archive first")
    }
    return extent
  }

  /// Walks the index space with one counter a dimension, over the bytes that the view spans.
  private func gather(
    _ range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let size = tensor.dtype.itemSize
    let extent = try checkedExtent()
    let stored = try source.read(extent.lowerBound * size..<extent.upperBound * size)
    let first = range.lowerBound / size
    let last = (range.upperBound + size - 1) / size
    var cursor = StrideCursor(tensor.shape, tensor.strides, at: first)
    var chunk = [UInt8](repeating: 0, count: min(ByteSource.chunkSize / size, last - first) * size)
    var element = first
    while element < last {
      let count = min(chunk.count / size, last - element)
      for index in 0..<count {
        let position = cursor.position * size
        for byte in 0..<size { chunk[index * size + byte] = stored[position + byte] }
        cursor.advance()
      }
      applyBits(&chunk, count)
      let start = max(range.lowerBound - element * size, 0)
      let end = min(range.upperBound - element * size, count * size)
      unsafe try body(chunk.span.bytes.extracting(start..<end))
      element += count
    }
  }

  /// The conjugate and negative bits as sign flips: of the imaginary part, of every part, or of the real part when
  /// both are set.
  func applyBits(_ chunk: inout [UInt8], _ count: Int) {
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

/// Where the elements of a view lie, in row-major order, counted in elements from the first.
struct StrideCursor {
  private let shape: [Int]
  private let strides: [Int]
  private var counter: [Int]
  private(set) var position = 0

  /// - Parameter element: the number of the element to begin at, in row-major order.
  init(_ shape: [Int], _ strides: [Int], at element: Int) {
    self.shape = shape
    self.strides = strides
    counter = [Int](repeating: 0, count: shape.count)
    var rest = element
    for dimension in shape.indices.reversed() {
      counter[dimension] = rest % shape[dimension]
      rest /= shape[dimension]
      position += counter[dimension] * strides[dimension]
    }
  }

  mutating func advance() {
    for dimension in counter.indices.reversed() {
      counter[dimension] += 1
      position += strides[dimension]
      if counter[dimension] < shape[dimension] { return }
      position -= strides[dimension] * shape[dimension]
      counter[dimension] = 0
    }
  }
}
