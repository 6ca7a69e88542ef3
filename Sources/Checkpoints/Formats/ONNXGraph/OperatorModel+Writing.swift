// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension OperatorModel {
  /// protobuf's readers take no longer message.
  private static let mostBytes = Int(Int32.max)

  /// The file as it is to be written. Fields stand in the order of their numbers, so that equal models are equal bytes;
  /// elements are copied, or made, when it is written.
  ///
  /// - Throws: `.unrepresentable` for 2 GiB and more, and for types that ONNX has not; `.contradiction` for elements that
  ///   are not as many as the shape asks for.
  func planned() throws(CheckpointError) -> PlannedFile {
    let message = try message()
    guard message.byteCount <= Self.mostBytes else {
      throw CheckpointError(
        .unrepresentable,
        "the model takes \(message.byteCount) bytes, and no reader of ONNX takes a file of 2 GiB or more")
    }
    return PlannedFile([PlannedRun(name: "model", bytes: message.planned)])
  }

  private func message() throws(CheckpointError) -> ProtobufMessage<ONNXModel.Field> {
    var message = ProtobufMessage<ONNXModel.Field>()
    message.add(.ir_version, irVersion)
    message.add(.producer_name, producer.name)
    message.add(.producer_version, producer.version)
    message.add(.graph, try graph.message())
    var operators = ProtobufMessage<ONNXFacts.OperatorSetField>()
    operators.add(.domain, "")
    operators.add(.version, operatorSet)
    message.add(.opset_import, operators)
    for (key, value) in metadata {
      var entry = ProtobufMessage<ONNXEntry.Field>()
      entry.add(.key, key)
      entry.add(.value, value)
      message.add(.metadata_props, entry)
    }
    return message
  }
}

extension OperatorGraph<OperatorModel.Tensor> {
  fileprivate func message() throws(CheckpointError) -> ProtobufMessage<ONNXModel.GraphField> {
    var message = ProtobufMessage<ONNXModel.GraphField>()
    for node in nodes { message.add(.node, node.message()) }
    message.add(.name, name)
    for initializer in initializers {
      do throws(CheckpointError) {
        message.add(.initializer, try initializer.message())
      } catch { throw error.at(key: ValuePath.escape(initializer.name)) }
    }
    for port in inputs { message.add(.input, try port.message()) }
    for port in outputs { message.add(.output, try port.message()) }
    return message
  }
}

extension OperatorGraph<OperatorModel.Tensor>.Initializer {
  fileprivate func message() throws(CheckpointError) -> ProtobufMessage<ONNXTensor.Field> {
    // A float of four bits is half of one of PyTorch's elements, and no network of ours has any.
    guard let type = ONNXDataType(tensor.dtype), type != .float4e2m1 else {
      throw CheckpointError(.unrepresentable, "ONNX has no type of the bytes of \(tensor.dtype.rawValue)")
    }
    guard let count = (shape + [tensor.dtype.itemSize]).elementCount,
      count == tensor.bytes.byteCount
    else {
      throw CheckpointError(
        .contradiction, "its shape \(shape) of \(type.words) does not take \(tensor.bytes.byteCount) bytes")
    }
    var message = ProtobufMessage<ONNXTensor.Field>()
    for size in shape { message.add(.dims, Int64(size)) }
    message.add(.data_type, type.rawValue)
    message.add(.name, name)
    message.add(.raw_data, tensor.bytes)
    return message
  }
}

extension OperatorGraph<OperatorModel.Tensor>.Port {
  /// `ValueInfoProto`.
  fileprivate func message() throws(CheckpointError) -> ProtobufMessage<ONNXValueInfo.Field> {
    guard let element = ONNXDataType(dtype) else {
      throw CheckpointError(
        .unrepresentable, "ONNX has no type \(dtype.rawValue)", at: .init(key: ValuePath.escape(name)))
    }
    var shape = ProtobufMessage<ONNXType.ShapeField>()
    for dimension in dimensions {
      var size = ProtobufMessage<ONNXType.DimensionField>()
      switch dimension {
      case .size(let count): size.add(.dim_value, Int64(count))
      case .named(""): break
      case .named(let name): size.add(.dim_param, name)
      }
      shape.add(.dim, size)
    }
    var tensor = ProtobufMessage<ONNXType.PartField>()
    tensor.add(.elem_type, element.rawValue)
    tensor.add(.shape, shape)
    var type = ProtobufMessage<ONNXType.Field>()
    type.add(.tensor_type, tensor)
    var message = ProtobufMessage<ONNXValueInfo.Field>()
    message.add(.name, name)
    message.add(.type, type)
    return message
  }
}
