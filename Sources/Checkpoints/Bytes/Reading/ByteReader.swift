// SPDX-License-Identifier: Apache-2.0

/// Reads little-endian fields one after the other and never past the end.
package struct ByteReader: Sendable {
  package let bytes: [UInt8]
  /// The next byte to read, an index into `bytes`.
  package private(set) var position: Int
  /// Where `bytes` begins in its file, for errors.
  package let base: Int
  /// What is being read, for errors: "the central directory".
  package let subject: String

  package init(_ bytes: [UInt8], from position: Int = 0, base: Int = 0, subject: String) {
    self.bytes = bytes
    self.position = min(position, bytes.count)
    self.base = base
    self.subject = subject
  }

  package var remaining: Int { bytes.count - position }
  /// Where the next byte lies in the file.
  package var offset: Int { base + position }

  /// Little-endian, of any width.
  package mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type = Value.self
  ) throws(CheckpointError) -> Value {
    let width = Value.bitWidth / 8
    try need(width)
    var value: Value = 0
    for index in 0..<width { value |= Value(bytes[position + index]) << (8 * index) }
    position += width
    return value
  }

  package mutating func u8() throws(CheckpointError) -> UInt8 { try integer() }
  package mutating func u16() throws(CheckpointError) -> UInt16 { try integer() }
  package mutating func u32() throws(CheckpointError) -> UInt32 { try integer() }
  package mutating func u64() throws(CheckpointError) -> UInt64 { try integer() }

  /// A 64-bit field that counts or places bytes: beyond `Int` nothing exists.
  package mutating func size() throws(CheckpointError) -> Int {
    let at = offset
    guard let value = Int(exactly: try u64()) else {
      throw CheckpointError(.corrupt, "a 64-bit size in \(subject) is absurd", at: .init(byte: at))
    }
    return value
  }

  package mutating func slice(_ count: Int) throws(CheckpointError) -> ArraySlice<UInt8> {
    try need(count)
    defer { position += count }
    return bytes[position..<position + count]
  }

  package mutating func skip(_ count: Int) throws(CheckpointError) {
    try need(count)
    position += count
  }

  private func need(_ count: Int) throws(CheckpointError) {
    guard count >= 0, count <= remaining else {
      throw CheckpointError(
        .corrupt, "\(subject) ends early: \(count) more bytes needed, \(remaining) left",
        at: .init(byte: offset))
    }
  }
}
