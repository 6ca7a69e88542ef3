// SPDX-License-Identifier: Apache-2.0

/// One field of a message: which, and where its value lies.
struct ProtobufField<MessageField: ProtobufFields> {
  let name: MessageField
  /// Where its tag lies in the file.
  let byte: Int
  let wire: ProtobufWire
  /// The bytes of the value, without tag and length.
  let range: Range<Int>
  let window: ProtobufWindow

  /// An integer, whatever its width: negative ones take ten bytes.
  func integer() throws(CheckpointError) -> Int64 {
    try check(.varint)
    var position = range.lowerBound
    return Int64(bitPattern: try window.varint(&position, before: range.upperBound, name.words))
  }

  /// A `float`.
  func float() throws(CheckpointError) -> UInt32 {
    try check(.fixed32)
    return UInt32(truncatingIfNeeded: try window.fixed(at: range.lowerBound, width: 4))
  }

  /// Where a message or bytes lie.
  func bytes() throws(CheckpointError) -> Range<Int> {
    try check(.delimited)
    return range
  }

  /// A `string`, which is UTF-8.
  func text() throws(CheckpointError) -> Text {
    let range = try bytes()
    guard range.count <= Self.longestText else {
      throw CheckpointError(
        .limit, "\(name.words) is a text of \(range.count) bytes; at most \(Self.longestText) are read",
        at: .init(byte: byte))
    }
    // What protobuf calls UTF-8 has no lone surrogates.
    guard let text = Text(utf8: try window.bytes(range)), text.isWellFormed else {
      throw CheckpointError(.corrupt, "\(name.words) is no UTF-8", at: .init(byte: byte))
    }
    return text
  }

  /// A longer text is not read.
  private static var longestText: Int { 1 << 24 }

  private func check(_ expected: ProtobufWire) throws(CheckpointError) {
    guard wire == expected else { throw isOther(than: expected.words) }
  }

  /// Readers of protobuf pass over a field that they know in another form: they would not agree with others.
  func isOther(than expected: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "\(name.words) is written as \(wire.words), and should be \(expected)", at: .init(byte: byte))
  }
}

/// How a value is written: the lowest three bits of its tag.
enum ProtobufWire: UInt64 {
  case varint = 0
  case fixed64 = 1
  case delimited = 2
  case fixed32 = 5

  var words: String {
    switch self {
    case .varint: "a varint"
    case .fixed64: "eight bytes"
    case .delimited: "bytes with their length"
    case .fixed32: "four bytes"
    }
  }

  /// Bytes of a value whose width is fixed.
  var width: Int? {
    switch self {
    case .fixed32: 4
    case .fixed64: 8
    case .varint, .delimited: nil
    }
  }
}
