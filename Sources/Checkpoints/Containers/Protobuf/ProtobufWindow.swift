// SPDX-License-Identifier: Apache-2.0

/// Reads the few bytes of a protobuf file that describe others, a small block at a time, so that what they describe is
/// passed over and never read.
final class ProtobufWindow {
  let file: InputFile
  private var block: [UInt8]
  /// What of the file lies in the block.
  private var held = 0..<0

  /// - Parameter width: bytes of a block; few where most of the file is passed over.
  init(_ file: InputFile, width: Int = 1 << 12) {
    self.file = file
    block = [UInt8](repeating: 0, count: width)
  }

  /// - Parameter offset: below the size of the file.
  func byte(at offset: Int) throws(CheckpointError) -> UInt8 {
    if !held.contains(offset) { try hold(from: offset) }
    return block[offset - held.lowerBound]
  }

  /// All bytes of a range, which is known to be small.
  func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    guard range.count <= block.count else { return try file.read(range) }
    guard !range.isEmpty else { return [] }
    if !held.contains(range.lowerBound) || range.upperBound > held.upperBound {
      try hold(from: range.lowerBound)
    }
    return Array(block[range.lowerBound - held.lowerBound..<range.upperBound - held.lowerBound])
  }

  private func hold(from offset: Int) throws(CheckpointError) {
    // Bounds are checked where it reads.
    let count = max(1, min(block.count, file.size - offset))
    try file.read(at: offset, into: &block, count: count)
    held = offset..<offset + count
  }

  /// A number of one to ten bytes, seven bits in each, the lowest first.
  ///
  /// - Parameters:
  ///   - position: where it begins; afterwards, where it ends.
  ///   - end: of the message, or of the run of numbers, that it stands in.
  ///   - subject: what it is, for errors.
  func varint(
    _ position: inout Int, before end: Int, _ subject: @autoclosure () -> String
  ) throws(CheckpointError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for index in 0..<10 {
      guard position < end else {
        throw CheckpointError(.corrupt, "\(subject()) ends inside a number", at: .init(byte: start))
      }
      let byte = try byte(at: position)
      position += 1
      // Of the tenth byte one bit is left.
      guard index < 9 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << (7 * UInt64(index))
      if byte < 0x80 { return value }
    }
    throw CheckpointError(
      .corrupt, "\(subject()) has a number of more than 64 bits", at: .init(byte: start))
  }

  /// A number of so many bytes, little-endian.
  func fixed(at offset: Int, width: Int) throws(CheckpointError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(try byte(at: offset + index)) << (8 * UInt64(index)) }
    return value
  }
}
