// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// `_rebuild_qtensor(storage, offset, size, stride, qparams, requires_grad, hooks)`: integers, and how numbers are
  /// made of them.
  ///
  /// `qparams` is `(torch.per_tensor_affine, scale, zero_point)` or `(torch.per_channel_affine, scales, zero_points,
  /// axis)`.
  mutating func quantized(_ arguments: [PickleGraph.ID]) throws(CheckpointError) -> CompositeTensor? {
    guard let parameters = sequence(arguments[4]), let scheme = parameters.first.flatMap({ globalName($0) }),
      scheme.module == "torch", let shape = sizes(arguments[2])
    else { return nil }
    let layout: CompositeTensor.Layout
    let names: [Text]
    switch (scheme.name, parameters.count) {
    case ("per_tensor_affine", 3), ("per_tensor_symmetric", 3):
      layout = .quantizedPerTensor
      names = ["qscheme", "scale", "zero_point"]
    case ("per_channel_affine", 4), ("per_channel_symmetric", 4), ("per_channel_affine_float_qparams", 4):
      layout = .quantizedPerChannel
      names = ["qscheme", "scales", "zero_points", "axis"]
    default:
      return nil
    }
    let found = try storage(arguments[0])
    guard let integers = found.dtype.quantizedInteger else {
      throw corrupt("a quantized tensor's storage holds \(found.dtype), which is no quantized data type")
    }
    var codes: TensorRecord
    if let perByte = found.dtype.elementsPerByte {
      codes = try packed(found, arguments, shape, perByte: perByte)
    } else {
      codes = try view(found, arguments[1], arguments[2], arguments[3], dtype: integers)
    }
    codes.requiresGrad = false
    let node = add(.tensor(codes))
    let members = zip(names, parameters).map { CompositeTensor.Part($0.0, same($0.1)) }
    var composite = CompositeTensor(
      layout, dtype: found.dtype, shape: shape, members: [.init("int_repr", node)] + members,
      form: .quantized(codes: node, parameters: same(arguments[4])))
    composite.requiresGrad = flag(arguments[5])
    return composite
  }

  /// Two or four integers to a byte, as `int_repr()` gives them: a row of bytes. PyTorch makes no views of them.
  private func packed(
    _ found: StorageView, _ arguments: [PickleGraph.ID], _ shape: [Int], perByte: Int
  ) throws(CheckpointError) -> TensorRecord {
    guard integer(arguments[1]) == 0, integers(arguments[3]) == TensorRecord.contiguousStrides(shape) else {
      throw CheckpointError(
        .unsupported, "a view of a \(found.dtype) tensor, of which an element takes less than a byte",
        at: location)
    }
    let count = (shape.reduce(1, *) + perByte - 1) / perByte
    guard count <= storages[found.id.index].byteCount else {
      throw corrupt(
        "a \(found.dtype) tensor of size \(shape) takes \(count) bytes, more than its storage has")
    }
    return TensorRecord(dtype: .uint8, shape: [count], storage: found.id)
  }
}

extension DType {
  /// What `Tensor.int_repr()` gives of a quantized data type.
  package var quantizedInteger: DType? {
    switch self {
    case .qint32: .int32
    case .qint8: .int8
    case .quint8, .quint4x2, .quint2x4: .uint8
    default: nil
    }
  }

  /// For quantized data types of less than a byte.
  var elementsPerByte: Int? {
    switch self {
    case .quint4x2: 2
    case .quint2x4: 4
    default: nil
    }
  }
}
