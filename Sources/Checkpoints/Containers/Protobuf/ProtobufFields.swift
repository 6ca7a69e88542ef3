// SPDX-License-Identifier: Apache-2.0

/// The fields of a message that are read or written: their numbers, under the names that its .proto file gives them.
///
/// Whatever other fields a message has are passed over, as protobuf asks of its readers.
package protocol ProtobufFields: RawRepresentable, Hashable, Sendable where RawValue == Int {
  /// As the .proto file calls the message: `GraphProto`.
  static var message: String { get }
  /// Whether it may stand more than once. Of others protobuf's readers take the last one, or merge them.
  var isRepeated: Bool { get }
}

extension ProtobufFields {
  /// `GraphProto.initializer`: how errors call it.
  var words: String { Self.message + "." + protoName }

  /// The name of the field alone.
  var protoName: String { String(describing: self) }
}
