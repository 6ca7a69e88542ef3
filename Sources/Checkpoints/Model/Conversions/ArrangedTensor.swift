// SPDX-License-Identifier: Apache-2.0

/// The elements of a tensor, row-major, with its places along one dimension put in another order, taken twice, or
/// negated.
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
    let itemSize = tensor.tensor.dtype.itemSize
    let rowBytes = tensor.tensor.shape[dimension] * placeBytes
    // Small rows are read many at a time, long ones piece by piece.
    let rows = ByteSource.chunkSize / max(rowBytes, 1)
    var rowsRead = 0
    var reader = RunReader(tensor)
    var output: [UInt8] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + ByteSource.chunkSize, range.upperBound)
      let first = start / itemSize * itemSize
      output.removeAll(keepingCapacity: true)
      while first + output.count < end {
        let run = run(at: first + output.count)
        if rows > 0, run.row >= rowsRead || output.isEmpty {
          rowsRead = run.row + rows
          try reader.load(run.row * rowBytes..<min(rowsRead * rowBytes, tensor.tensor.byteCount))
        }
        let left = (end - first - output.count + itemSize - 1) / itemSize * itemSize
        let wanted = run.bytes.lowerBound..<min(run.bytes.upperBound, run.bytes.lowerBound + left)
        let place = output.count
        try reader.withBytes(wanted) { bytes in
          unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
        }
        if run.isNegated { negate(&output, from: place) }
      }
      try unsafe body(output.span.bytes.extracting(start - first..<end - first))
      start = end
    }
  }

  /// Bytes of one place along the dimension.
  private var placeBytes: Int {
    tensor.tensor.shape[(dimension + 1)...].reduce(tensor.tensor.dtype.itemSize, *)
  }

  /// What begins at a byte of the result and goes on in the tensor: the row, counted over all dimensions before this one,
  /// and the bytes of the tensor up to the end of the piece.
  private func run(at position: Int) -> (row: Int, bytes: Range<Int>, isNegated: Bool) {
    let row = position / (size * placeBytes)
    var rest = position % (size * placeBytes)
    let start = row * tensor.tensor.shape[dimension] * placeBytes
    for piece in pieces {
      if rest < piece.range.count * placeBytes {
        let end = start + piece.range.upperBound * placeBytes
        return (row, start + piece.range.lowerBound * placeBytes + rest..<end, piece.isNegated)
      }
      rest -= piece.range.count * placeBytes
    }
    preconditionFailure("no piece has byte \(position)")
  }

  /// Flips the sign bit, the highest of every real floating-point type. Zero stays in the types that have but one.
  private func negate(_ bytes: inout [UInt8], from place: Int) {
    let dtype = tensor.tensor.dtype
    let hasOneZero = dtype == .float8_e4m3fnuz || dtype == .float8_e5m2fnuz
    for index in stride(from: place + dtype.itemSize - 1, to: bytes.count, by: dtype.itemSize)
    where !hasOneZero || bytes[index] != 0 {
      bytes[index] ^= 0x80
    }
  }
}
