// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// The composite tensor that a constructor of `torch._utils` or `torch._tensor` would rebuild, or nil when `callee`
  /// is none, or its arguments are not what PyTorch gives it: such a call stays an opaque object.
  mutating func composite(_ callee: GlobalName, _ object: PickleGraph.Object) throws(CheckpointError)
    -> CompositeTensor?
  {
    guard object.form == .reduce, object.states.isEmpty, let arguments = arguments(object) else { return nil }
    switch (callee.module, callee.name, arguments.count) {
    case ("torch._utils", "_rebuild_sparse_tensor", 2):
      return sparse(arguments, as: opaque(object))
    case ("torch._utils", "_rebuild_sparse_csr_tensor", 2):
      // What PyTorch 1.13 wrote and PyTorch 2 no longer reads: the arguments are those of the newer function.
      var call = opaque(object)
      call.callee = shared(GlobalName("torch._utils", "_rebuild_sparse_tensor"))
      return sparse(arguments, as: call)
    case ("torch._utils", "_rebuild_qtensor", 7): return try quantized(arguments)
    case ("torch._utils", "_rebuild_nested_tensor", 4): return nested(arguments, as: opaque(object))
    case ("torch._utils", "_rebuild_meta_tensor_no_storage", 4):
      return hollow(.meta, arguments[0], arguments[1], arguments[3], as: opaque(object))
    case ("torch._utils", "_rebuild_wrapper_subclass", 8):
      var found = hollow(.wrapper, arguments[1], arguments[2], arguments[7], as: opaque(object))
      found?.className = globalName(arguments[0])
      return found
    case ("torch._utils", "_rebuild_device_tensor_from_numpy", 4), ("torch._utils", "_rebuild_xla_tensor", 4),
      ("torch._utils", "_rebuild_device_tensor_from_cpu_tensor", 4):
      return device(arguments, as: opaque(object))
    case ("torch._utils", "_rebuild_parameter", 3), ("torch._utils", "_rebuild_parameter_with_state", 4):
      return parameter(arguments, as: opaque(object))
    case ("torch._tensor", "_rebuild_from_type_v2", 4), ("torch._tensor", "_rebuild_from_type", 4):
      return try typed(arguments, as: opaque(object))
    default:
      return nil
    }
  }

  // MARK: What constructors take

  /// `(layout, (indices, values, size[, is_coalesced]))`, or compressed and plain indices for the other layouts.
  private func sparse(_ arguments: [PickleGraph.ID], as call: OpaqueObject) -> CompositeTensor? {
    guard let layout = layout(arguments[0]), let data = sequence(arguments[1]), data.count >= 3 else {
      return nil
    }
    let names: [Text]
    switch layout {
    case .sparseCOO: names = ["indices", "values"]
    case .sparseCSR, .sparseBSR: names = ["crow_indices", "col_indices", "values"]
    case .sparseCSC, .sparseBSC: names = ["ccol_indices", "row_indices", "values"]
    default: return nil
    }
    let isFlagged = layout == .sparseCOO && data.count == 4
    guard data.count == names.count + (isFlagged ? 2 : 1), let shape = sizes(data[names.count]) else {
      return nil
    }
    var members: [CompositeTensor.Part] = []
    for (name, id) in zip(names, data) {
      guard plainTensor(id) != nil else { return nil }
      members.append(.init(name, same(id)))
    }
    let dtype = plainTensor(data[names.count - 1])?.dtype
    if isFlagged { members.append(.init("is_coalesced", same(data[3]))) }
    return CompositeTensor(layout, dtype: dtype, shape: shape, members: members, form: .call(call))
  }

  /// `(buffer, sizes, strides, offsets)`: a row of `sizes` for each tensor.
  private func nested(_ arguments: [PickleGraph.ID], as call: OpaqueObject) -> CompositeTensor? {
    var members: [CompositeTensor.Part] = []
    for (name, id) in zip(["values", "sizes", "strides", "storage_offsets"] as [Text], arguments) {
      guard plainTensor(id) != nil else { return nil }
      members.append(.init(name, same(id)))
    }
    guard let buffer = plainTensor(arguments[0]), let sizes = plainTensor(arguments[1]) else { return nil }
    let ragged = sizes.shape.count == 2 && sizes.shape[1] <= 64 ? sizes.shape[1] : 0
    let shape = [sizes.shape.first ?? 0] + [Int](repeating: -1, count: ragged)
    return CompositeTensor(.nested, dtype: buffer.dtype, shape: shape, members: members, form: .call(call))
  }

  /// A tensor that is a data type and a size.
  private func hollow(
    _ layout: CompositeTensor.Layout, _ dtype: PickleGraph.ID, _ size: PickleGraph.ID,
    _ requiresGrad: PickleGraph.ID, as call: OpaqueObject
  ) -> CompositeTensor? {
    guard let dtype = self.dtype(dtype), let shape = sizes(size) else { return nil }
    var found = CompositeTensor(layout, dtype: dtype, shape: shape, members: [], form: .call(call))
    found.requiresGrad = flag(requiresGrad)
    return found
  }

  /// `(data, dtype, device, requires_grad)`: the elements as a CPU tensor or a numpy array.
  private func device(_ arguments: [PickleGraph.ID], as call: OpaqueObject) -> CompositeTensor? {
    let shape: [Int]
    switch converted(arguments[0]) {
    case .tensor(let tensor): shape = tensor.shape
    case .numpy(let value): shape = value.shape ?? []
    default: return nil
    }
    let members = [CompositeTensor.Part("data", same(arguments[0])), .init("device", same(arguments[2]))]
    var found = CompositeTensor(
      .device, dtype: dtype(arguments[1]), shape: shape, members: members, form: .call(call))
    found.requiresGrad = flag(arguments[3])
    return found
  }

  /// `({'values': ..., 'offsets': ..., ...},)`, of which `_rebuild_njt` makes a jagged tensor.
  func jagged(_ arguments: [PickleGraph.ID], as call: OpaqueObject) -> CompositeTensor? {
    guard arguments.count == 1, case .dict(let pairs) = graph[arguments[0]] else { return nil }
    var members: [CompositeTensor.Part] = []
    var records: [Text: TensorRecord] = [:]
    var requiresGrad = false
    for pair in pairs {
      guard let name = text(pair.key) else { return nil }
      if name == "requires_grad" { requiresGrad = flag(pair.value) }
      guard let record = plainTensor(pair.value) else { continue }
      records[name] = record
      members.append(.init(name, bare(pair.value)))
    }
    guard let values = records["values"], let offsets = records["offsets"], values.shape.count >= 1 else {
      return nil
    }
    let ragged = pairs.first { text($0.key) == "_ragged_idx" }.flatMap { integer($0.value) } ?? 1
    guard (1...values.shape.count).contains(ragged) else { return nil }
    var shape = values.shape
    shape[ragged - 1] = -1
    shape.insert(max(offsets.count - 1, 0), at: 0)
    var found = CompositeTensor(
      .jagged, dtype: values.dtype, shape: shape, members: members, form: .call(call))
    found.requiresGrad = requiresGrad
    return found
  }

  // MARK: Parts of arguments

  /// `torch.serialization._get_layout('torch.sparse_coo')`.
  private func layout(_ id: PickleGraph.ID) -> CompositeTensor.Layout? {
    guard case .object(let object) = graph[id],
      globalName(object.callee) == GlobalName("torch.serialization", "_get_layout"),
      let name = arguments(object)?.first.flatMap({ text($0) })?.dropping(prefix: "torch.")
    else { return nil }
    return name.ascii.flatMap(CompositeTensor.Layout.init(rawValue:))
  }

  private func dtype(_ id: PickleGraph.ID) -> DType? {
    guard let name = globalName(id), name.module == "torch" else { return nil }
    return DType(name.name)
  }

  /// A size whose elements and their bytes can be counted.
  func sizes(_ id: PickleGraph.ID) -> [Int]? {
    guard let sizes = integers(id), sizes.count <= TensorRecord.mostDimensions, sizes.allSatisfy({ $0 >= 0 })
    else {
      return nil
    }
    var count = 16
    for size in sizes where size != 1 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return sizes
  }

  /// A node that was converted already: arguments come before the call in every pickle that was not made by hand.
  func converted(_ id: PickleGraph.ID) -> Node? {
    Int(id.index) < nodes.count ? nodes[Int(id.index)] : nil
  }

  /// A strided tensor, with attributes or without.
  func plainTensor(_ id: PickleGraph.ID) -> TensorRecord? {
    switch converted(id) {
    case .tensor(let record): return record
    case .composite(let composite) where composite.layout == .strided:
      guard let bare = composite.bare, case .tensor(let record) = node(bare) else { return nil }
      return record
    default: return nil
    }
  }

  /// The node of a strided tensor without what hangs on it.
  private func bare(_ id: PickleGraph.ID) -> NodeID {
    if case .composite(let composite) = converted(id), let bare = composite.bare { bare } else { same(id) }
  }
}
