// SPDX-License-Identifier: Apache-2.0

extension TorchEncoder {
  /// A composite tensor by the call that PyTorch writes for it; the storages of its parts are placed anew.
  mutating func write(_ id: NodeID, _ composite: CompositeTensor) throws(CheckpointError) {
    switch composite.form {
    case .call(let object):
      try write(id, object)
    case .quantized(let codes, let parameters):
      try begin(id)
      push(
        [.global(Self.quantized)] + quantizedArguments(composite, codes, parameters)
          + [.emit { $0.reduce() }, .memo(id)])
    case .typed(let inner, let type, let state):
      try begin(id)
      global(GlobalName("torch._tensor", "_rebuild_from_type_v2"))
      writer.mark()
      let call = try constructor(of: inner)
      push(
        call.callee + [.node(type)] + call.arguments
          + [.node(state), .emit { $0.tuple(4) }, .emit { $0.reduce() }, .memo(id)])
    }
  }

  private static let quantized = GlobalName("torch._utils", "_rebuild_qtensor")

  /// What `_rebuild_from_type_v2` is given: the function, and its arguments as one tuple.
  private func constructor(of inner: NodeID) throws(CheckpointError) -> (callee: [Work], arguments: [Work]) {
    switch document[inner] {
    case .tensor(let tensor):
      return ([.global(constructor(of: tensor))], [.tensorArguments(tensor)])
    case .composite(let composite):
      switch composite.form {
      case .quantized(let codes, let parameters):
        return ([.global(Self.quantized)], quantizedArguments(composite, codes, parameters))
      case .call(let object):
        if let arguments = object.arguments { return ([.node(object.callee)], [.node(arguments)]) }
      case .typed: break
      }
    default: break
    }
    throw CheckpointError(.unrepresentable, "a tensor of a class of its own is made from no tensor")
  }

  private func quantizedArguments(
    _ composite: CompositeTensor, _ codes: NodeID, _ parameters: NodeID
  ) -> [Work] {
    guard case .tensor(let record) = document[codes], let dtype = composite.dtype else { return [] }
    let isPacked = dtype.elementsPerByte != nil
    let strides = isPacked ? TensorRecord.contiguousStrides(composite.shape) : record.strides
    return [
      .emit { $0.mark() }, .storage(record, dtype), .integers(composite.shape), .integers(strides),
      .node(parameters), .emit { $0.bool(composite.requiresGrad && !composite.isParameter) },
      .emptyOrderedDict,
      .emit { $0.tuple(7) },
    ]
  }
}
