// SPDX-License-Identifier: Apache-2.0

/// The numbers of a repeated field as elements of a tensor: little-endian, of one width, made when they are wanted.
struct ProtobufElements: ComputedBytes {
  let file: InputFile
  let numbers: ProtobufNumbers
  let count: Int
  /// Bytes an element takes, of which the number has the lowest.
  let width: Int
  /// What fits an element, of integers that are written wider than they are; nil for all bits as they stand.
  let fitting: ClosedRange<Int64>?

  var byteCount: Int { count * width }

  var sources: [ByteSource] {
    guard let first = numbers.runs.first, let last = numbers.runs.last else { return [] }
    return [.file(file, first.range.lowerBound..<last.range.upperBound, crc32: nil)]
  }

  /// Numbers of different length lie where those before them end.
  var startsOver: Bool { true }

  /// - Throws: `.corrupt` where there are fewer or more numbers than elements, or one does not fit.
  func forEachChunk(
    of range: Range<Int>, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var reader = ProtobufNumbers.Reader(numbers, ProtobufWindow(file, width: 1 << 16))
    var pending = PendingBytes()
    var block: [UInt8] = []
    block.reserveCapacity(1 << 16)
    for index in 0..<(range.upperBound + width - 1) / width {
      guard let value = try reader.next() else {
        throw CheckpointError(
          .corrupt, "it has \(index) numbers, and its shape asks for \(count)", at: .init(byte: numbers.byte))
      }
      guard fitting?.contains(Int64(bitPattern: value)) ?? true else {
        throw CheckpointError(
          .corrupt, "its element \(index) is \(Int64(bitPattern: value)), which its data type cannot hold",
          at: .init(byte: numbers.byte))
      }
      for byte in 0..<width where range.contains(index * width + byte) {
        block.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))))
      }
      if block.count >= 1 << 16 - 16 {
        try unsafe pending.add(block.span.bytes, body)
        block.removeAll(keepingCapacity: true)
      }
    }
    if range.upperBound == byteCount, try reader.next() != nil {
      throw CheckpointError(
        .corrupt, "it has more numbers than the \(count) that its shape asks for",
        at: .init(byte: numbers.byte))
    }
    try unsafe pending.add(block.span.bytes, body)
    try pending.finish(body)
  }
}
