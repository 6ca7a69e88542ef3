// SPDX-License-Identifier: Apache-2.0

/// The bytes of a protocol buffer's message, field after field (protobuf.dev, "Encoding").
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  /// int64, and enumerations.
  mutating func add(_ field: Int, _ value: Int) {
    tag(field, wire: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Double) {
    tag(field, wire: 1)
    bytes += value.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, _ value: Float) {
    tag(field, wire: 5)
    bytes += value.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  mutating func add(_ field: Int, _ value: ProtobufMessage) { add(field, value.bytes) }

  private mutating func add(_ field: Int, _ value: [UInt8]) {
    tag(field, wire: 2)
    varint(UInt64(value.count))
    bytes += value
  }

  private mutating func tag(_ field: Int, wire: Int) { varint(UInt64(field << 3 | wire)) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension FixedWidthInteger {
  /// Its bytes, the lowest first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}
