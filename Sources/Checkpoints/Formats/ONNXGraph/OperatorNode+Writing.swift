// SPDX-License-Identifier: Apache-2.0

extension OperatorNode {
  /// `NodeProto`. It has no name of its own: what it gives has one.
  func message() -> ProtobufMessage<ONNXNode.Field> {
    var message = ProtobufMessage<ONNXNode.Field>()
    for name in inputs { message.add(.input, name) }
    for name in outputs { message.add(.output, name) }
    message.add(.op_type, operation)
    for (name, value) in attributes { message.add(.attribute, value.message(named: name)) }
    return message
  }
}

extension OperatorNode.Attribute {
  /// `AttributeProto.AttributeType`.
  enum Kind: Int64 {
    case float = 1
    case int, string
    case floats = 6
    case ints
  }

  var kind: Kind {
    switch self {
    case .float: .float
    case .int: .int
    case .string: .string
    case .floats: .floats
    case .ints: .ints
    }
  }

  /// `AttributeProto`.
  fileprivate func message(named name: Text) -> ProtobufMessage<ONNXAttribute.Field> {
    var message = ProtobufMessage<ONNXAttribute.Field>()
    message.add(.name, name)
    switch self {
    case .float(let value): message.add(.f, value)
    case .int(let value): message.add(.i, value)
    case .string(let value): message.add(.s, value)
    case .floats(let values): for value in values { message.add(.floats, value) }
    case .ints(let values): for value in values { message.add(.ints, value) }
    }
    message.add(.type, kind.rawValue)
    return message
  }
}
