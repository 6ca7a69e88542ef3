// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The bytes of a protocol buffer's message, field after field (protobuf.dev, "Encoding").
package struct ProtobufMessage {
  private var fields = LittleEndianBytes()

  package var bytes: [UInt8] { fields.bytes }

  package init() {}

  /// int64, and enumerations.
  package mutating func add(_ field: Int, _ value: Int) {
    tag(field, wire: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func add(_ field: Int, _ value: Double) {
    tag(field, wire: 1)
    fields.add(value.bitPattern)
  }

  package mutating func add(_ field: Int, _ value: Float) {
    tag(field, wire: 5)
    fields.add(value.bitPattern)
  }

  package mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  package mutating func add(_ field: Int, _ value: ProtobufMessage) { add(field, value.bytes) }

  private mutating func add(_ field: Int, _ value: [UInt8]) {
    tag(field, wire: 2)
    varint(UInt64(value.count))
    fields.bytes += value
  }

  private mutating func tag(_ field: Int, wire: Int) { varint(UInt64(field << 3 | wire)) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      fields.add(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    fields.add(UInt8(rest))
  }
}
