// SPDX-License-Identifier: Apache-2.0

/// The fields of one message, one after the other. Values are passed over, and read where they are asked for.
struct ProtobufCursor<MessageField: ProtobufFields> {
  private let window: ProtobufWindow
  private var position: Int
  private let end: Int
  /// A bit for each field that was met; no message that is read has as many as 64.
  private var met: UInt64 = 0

  /// - Parameter range: of the message in the window's file.
  init(_ window: ProtobufWindow, _ range: Range<Int>) {
    self.window = window
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field that has a name; nil at the end of the message.
  ///
  /// - Throws: `.corrupt` for a value that reaches past the message, a number of more than 64 bits, a group, a form that
  ///   there is not, and for a field that may stand once and stands twice.
  mutating func next() throws(CheckpointError) -> ProtobufField<MessageField>? {
    while position < end {
      let byte = position
      let tag = try window.varint(&position, before: end, MessageField.message)
      guard (1..<1 << 29).contains(tag >> 3) else {
        throw CheckpointError(
          .corrupt, "\(MessageField.message) has a field of the number \(tag >> 3), which there is not",
          at: .init(byte: byte))
      }
      let number = Int(tag >> 3)
      let name = MessageField(rawValue: number)
      // For errors alone: a field's name is put together from its type.
      func words() -> String { name?.words ?? "\(MessageField.message)'s field \(number)" }
      guard let wire = ProtobufWire(rawValue: tag & 7) else {
        throw CheckpointError(
          .corrupt,
          (3...4).contains(tag & 7)
            ? "\(words()) is a group, which this form has not"
            : "\(words()) has the wire type \(tag & 7), which there is not",
          at: .init(byte: byte))
      }
      let range = try value(wire, words(), byte)
      position = range.upperBound
      guard let name else { continue }
      let bit: UInt64 = 1 << UInt64(number)
      guard name.isRepeated || met & bit == 0 else {
        throw CheckpointError(
          .corrupt, "\(words()) stands twice, and readers do not agree on what that means",
          at: .init(byte: byte))
      }
      met |= bit
      return ProtobufField(name: name, byte: byte, wire: wire, range: range, window: window)
    }
    return nil
  }

  private mutating func value(
    _ wire: ProtobufWire, _ words: @autoclosure () -> String, _ byte: Int
  ) throws(CheckpointError) -> Range<Int> {
    var start = position
    let length: UInt64
    switch wire {
    case .varint:
      _ = try window.varint(&position, before: end, words())
      return start..<position
    case .fixed32: length = 4
    case .fixed64: length = 8
    case .delimited:
      length = try window.varint(&position, before: end, words())
      start = position
    }
    guard length <= UInt64(end - start) else {
      throw CheckpointError(
        .corrupt, "\(words()) takes \(length) bytes, but its message has \(end - start) left",
        at: .init(byte: byte), hint: "download or copy the file again")
    }
    return start..<start + Int(length)
  }
}
