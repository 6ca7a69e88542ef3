// SPDX-License-Identifier: Apache-2.0

/// A message to be written, field after field (protobuf.dev, "Encoding"). What is long need not be in memory: a field may
/// be bytes that come from elsewhere when the message is written.
package struct ProtobufMessage<MessageField: ProtobufFields>: Sendable {
  /// What came before `fields`, up to the end of the last field that comes from elsewhere.
  private var pieces: [ByteSource] = []
  private var pieceBytes = 0
  private var fields = LittleEndianBytes()

  package init() {}

  package var byteCount: Int { pieceBytes + fields.bytes.count }

  /// The whole as it is to be written.
  var planned: PlannedBytes {
    var start = 0
    let all = (pieces + [.memory(fields.bytes)]).map { source in
      defer { start += source.byteCount }
      return PlannedBytes.Piece(source: source, range: 0..<source.byteCount, start: start)
    }
    return PlannedBytes(byteCount: byteCount, pieces: all)
  }

  /// The whole at once: for messages that are small.
  package func bytes() throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces { bytes += try piece.read(0..<piece.byteCount) }
    return bytes + fields.bytes
  }

  // MARK: Fields

  /// int64, and enumerations.
  package mutating func add(_ field: MessageField, _ value: Int64) {
    tag(field, .varint)
    varint(UInt64(bitPattern: value))
  }

  package mutating func add(_ field: MessageField, _ value: Double) {
    tag(field, .fixed64)
    fields.add(value.bitPattern)
  }

  package mutating func add(_ field: MessageField, _ value: Float) {
    tag(field, .fixed32)
    fields.add(value.bitPattern)
  }

  package mutating func add(_ field: MessageField, _ value: Text) {
    begin(field, value.count)
    fields.add(value)
  }

  /// Bytes that are read or made when the message is written.
  package mutating func add(_ field: MessageField, _ value: ByteSource) {
    begin(field, value.byteCount)
    add(value)
  }

  package mutating func add<Inner>(_ field: MessageField, _ value: ProtobufMessage<Inner>) {
    begin(field, value.byteCount)
    for piece in value.pieces { add(piece) }
    fields.bytes += value.fields.bytes
  }

  // MARK: Their parts

  private mutating func add(_ source: ByteSource) {
    if case .memory(let bytes) = source {
      fields.bytes += bytes
      return
    }
    pieces += [.memory(fields.bytes), source]
    pieceBytes += fields.bytes.count + source.byteCount
    fields = LittleEndianBytes()
  }

  private mutating func begin(_ field: MessageField, _ length: Int) {
    tag(field, .delimited)
    varint(UInt64(length))
  }

  private mutating func tag(_ field: MessageField, _ wire: ProtobufWire) {
    varint(UInt64(field.rawValue) << 3 | wire.rawValue)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      fields.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    fields.bytes.append(UInt8(rest))
  }
}
