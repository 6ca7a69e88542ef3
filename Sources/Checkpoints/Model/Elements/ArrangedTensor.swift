// SPDX-License-Identifier: Apache-2.0

/// The elements of a tensor, row-major, with its places along one dimension put in another order, taken twice, or
/// negated.
///
/// Along the first dimension the tensor streams, once for each piece; along another one row of it is held in memory.
struct ArrangedTensor: ComputedBytes {
  /// Places along the dimension, in their order.
  struct Piece: Sendable, Equatable {
    var range: Range<Int>
    var isNegated = false
  }

  var tensor: TensorReader
  var dimension: Int
  var pieces: [Piece]

  /// Places along the dimension afterwards.
  var size: Int { pieces.reduce(0) { $0 + $1.range.count } }

  var byteCount: Int {
    let size = tensor.tensor.shape[dimension]
    return size == 0 ? 0 : tensor.tensor.byteCount / size * self.size
  }

  var sources: [ByteSource] { [tensor.source] }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var position = 0
    try forEachWholeChunk { bytes throws(CheckpointError) in
      let lower = max(range.lowerBound - position, 0)
      let upper = min(range.upperBound - position, bytes.count)
      if lower < upper { unsafe try body(bytes.span.bytes.extracting(lower..<upper)) }
      position += bytes.count
    }
  }

  /// Bytes of one place along the dimension.
  private var placeBytes: Int {
    tensor.tensor.shape[(dimension + 1)...].reduce(tensor.tensor.dtype.itemSize, *)
  }

  private func forEachWholeChunk(
    _ body: ([UInt8]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    if byteCount == 0 { return }
    let leading = tensor.tensor.shape[..<dimension].reduce(1, *)
    if leading == 1 { return try forEachPieceStreamed(body) }
    let rowBytes = tensor.tensor.shape[dimension] * placeBytes
    var row: [UInt8] = []
    row.reserveCapacity(rowBytes)
    var output: [UInt8] = []
    try tensor.forEachChunk { chunk throws(CheckpointError) in
      var start = 0
      while start < chunk.byteCount {
        let end = min(start + rowBytes - row.count, chunk.byteCount)
        unsafe chunk.extracting(start..<end).withUnsafeBytes { unsafe row.append(contentsOf: $0) }
        start = end
        guard row.count == rowBytes else { continue }
        for piece in pieces { append(piece, of: row, to: &output) }
        row.removeAll(keepingCapacity: true)
        if output.count >= ByteSource.chunkSize {
          try flush(&output, keeping: output.count % 16, body)
        }
      }
    }
    try flush(&output, keeping: 0, body)
  }

  private func flush(
    _ output: inout [UInt8], keeping rest: Int, _ body: ([UInt8]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard output.count > rest else { return }
    try body(Array(output.dropLast(rest)))
    output.removeFirst(output.count - rest)
  }

  /// The pieces are runs of the whole: the tensor is read once for each.
  private func forEachPieceStreamed(
    _ body: ([UInt8]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var output: [UInt8] = []
    for piece in pieces {
      let wanted = piece.range.lowerBound * placeBytes..<piece.range.upperBound * placeBytes
      var position = 0
      try tensor.forEachChunk { chunk throws(CheckpointError) in
        let range = wanted.clamped(to: position..<position + chunk.byteCount)
        if !range.isEmpty {
          var part: [UInt8] = []
          unsafe chunk.extracting(range.lowerBound - position..<range.upperBound - position)
            .withUnsafeBytes { unsafe part.append(contentsOf: $0) }
          if piece.isNegated { negate(&part) }
          output += part
        }
        position += chunk.byteCount
        if output.count >= ByteSource.chunkSize { try flush(&output, keeping: output.count % 16, body) }
      }
    }
    try flush(&output, keeping: 0, body)
  }

  private func append(_ piece: Piece, of row: [UInt8], to output: inout [UInt8]) {
    var part = Array(row[piece.range.lowerBound * placeBytes..<piece.range.upperBound * placeBytes])
    if piece.isNegated { negate(&part) }
    output += part
  }

  /// Flips the sign bit, the highest of every real floating-point type. Zero stays in the types that have but one.
  private func negate(_ bytes: inout [UInt8]) {
    let dtype = tensor.tensor.dtype
    let hasOneZero = dtype == .float8_e4m3fnuz || dtype == .float8_e5m2fnuz
    for index in stride(from: dtype.itemSize - 1, to: bytes.count, by: dtype.itemSize)
    where !hasOneZero || bytes[index] != 0 {
      bytes[index] ^= 0x80
    }
  }
}
