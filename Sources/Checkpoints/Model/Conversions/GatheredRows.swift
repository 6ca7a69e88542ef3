// SPDX-License-Identifier: Apache-2.0

/// Where each row of a result comes from.
enum RowSource: Sendable, Hashable {
  case row(Int)
  /// The mean of all old rows.
  case mean
  case zero
}

/// A tensor made of rows (the first dimension) of another: moved, repeated, zero, or the mean of all.
struct GatheredRows: ComputedBytes {
  var view: TensorView
  var rows: [RowSource]

  private var tensor: TensorRecord { view.tensor }
  /// Elements a row.
  private var width: Int { tensor.shape.dropFirst().reduce(1, *) }
  private var rowBytes: Int { width * tensor.dtype.itemSize }

  var byteCount: Int { rows.count * rowBytes }
  var sources: [ByteSource] { [view.source] }

  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var reader = RunReader(view.reader)
    let mean = rows.contains(.mean) ? try mean(&reader) : []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + ByteSource.window(of: sources), range.upperBound)
      let bytes = try gathered(start..<end, mean, &reader)
      unsafe try body(bytes.span.bytes)
      start = end
    }
  }

  /// Bytes of the result; runs of neighbouring rows are read at once.
  private func gathered(
    _ range: Range<Int>, _ mean: [UInt8], _ reader: inout RunReader
  ) throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let row = position / rowBytes
      let inRow = position % rowBytes
      var end = min((row + 1) * rowBytes, range.upperBound)
      switch rows[row] {
      case .zero: bytes += [UInt8](repeating: 0, count: end - position)
      case .mean: bytes += mean[inRow..<inRow + end - position]
      case .row(let source):
        var next = row + 1
        while end < range.upperBound, rows[next] == .row(source + next - row) {
          next += 1
          end = min(next * rowBytes, range.upperBound)
        }
        let first = source * rowBytes + inRow
        try reader.withBytes(first..<first + end - position) { found in
          unsafe found.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
      }
      position = end
    }
    return bytes
  }

  /// The mean of all rows, in double, rounded once.
  private func mean(_ reader: inout RunReader) throws(CheckpointError) -> [UInt8] {
    guard let part = tensor.dtype.realPart else { preconditionFailure("\(tensor.dtype) has no mean") }
    let values = rowBytes / part.itemSize
    var sums = [Double](repeating: 0, count: values)
    let step = max(1, ByteSource.window(of: sources) / max(rowBytes, 1))
    let count = tensor.shape[0]
    for start in stride(from: 0, to: count, by: step) {
      let end = min(start + step, count)
      try reader.withBytes(start * rowBytes..<end * rowBytes) { bytes in
        FloatingPointCodec.forEachBlock(of: bytes, part) { first, block in
          for index in block.indices { sums[(first + index) % values] += block[index] }
        }
      }
    }
    for index in sums.indices { sums[index] /= Double(count) }
    var output = [UInt8](repeating: 0, count: rowBytes)
    FloatingPointCodec.encode(&sums, count: values, into: &output, at: 0, part)
    return output
  }
}
