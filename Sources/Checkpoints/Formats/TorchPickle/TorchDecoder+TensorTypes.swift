// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// `_rebuild_parameter(data, requires_grad, hooks)` around a composite, and `_rebuild_parameter_with_state`, which
  /// gives any parameter attributes.
  func parameter(_ arguments: [PickleGraph.ID], as call: OpaqueObject) -> CompositeTensor? {
    let data = same(arguments[0])
    var found: CompositeTensor
    switch converted(arguments[0]) {
    case .tensor(let record) where arguments.count == 4 && !record.isParameter:
      found = CompositeTensor(
        .strided, dtype: record.dtype, shape: record.shape, members: [.init("data", data)], form: .call(call))
      found.bare = data
    case .composite(let inner) where !inner.isParameter:
      found = inner
      found.bare = inner.bare ?? data
      found.form = .call(call)
      // Attributes of what a parameter wraps are not those of the parameter, but they are kept.
      if let attributes = inner.attributes { found.members.append(.init("data.attributes", attributes)) }
      found.attributes = nil
    default:
      return nil
    }
    found.requiresGrad = flag(arguments[1])
    found.isParameter = true
    if arguments.count == 4 { found.attributes = same(arguments[3]) }
    return found
  }

  /// `_rebuild_from_type_v2(func, type, args, state)`: what `func(*args)` gives, as `type`, with attributes.
  mutating func typed(_ arguments: [PickleGraph.ID], as call: OpaqueObject) throws(CheckpointError)
    -> CompositeTensor?
  {
    guard let function = globalName(arguments[0]), let type = globalName(arguments[1]) else { return nil }
    guard let inside = self.sequence(arguments[2]) else { return nil }
    if function == GlobalName("torch.nested._internal.nested_tensor", "_rebuild_njt") {
      return jagged(inside, as: call)
    }
    // These would nest without end, and PyTorch never does it.
    let wrappers: [Text] = [
      "_rebuild_from_type_v2", "_rebuild_from_type", "_rebuild_parameter", "_rebuild_parameter_with_state",
    ]
    guard !wrappers.contains(function.name), memory.mayCopy(attributeCount(arguments[3])) else { return nil }
    let object = PickleGraph.Object(form: .reduce, callee: arguments[0], arguments: arguments[2])
    var found: CompositeTensor
    if let record = try tensor(function, object) {
      let inner = add(.tensor(record))
      found = CompositeTensor(
        .strided, dtype: record.dtype, shape: record.shape, members: [.init("data", inner)],
        form: .typed(inner: inner, type: same(arguments[1]), state: same(arguments[3])))
      found.requiresGrad = record.requiresGrad
      found.bare = inner
    } else if let composite = try composite(function, object) {
      let inner = add(.composite(composite))
      found = composite
      found.form = .typed(inner: inner, type: same(arguments[1]), state: same(arguments[3]))
      found.bare = composite.layout == .wrapper ? nil : inner
    } else {
      return nil
    }
    let isTensor =
      type == GlobalName("torch", "Tensor") || type == GlobalName("torch.nn.parameter", "Parameter")
    found.className = isTensor ? nil : type
    found.attributes = same(arguments[3])
    return found
  }

  /// Whether a call gives a plain tensor an empty state, which changes nothing.
  func isEmptyState(_ id: PickleGraph.ID) -> Bool {
    switch graph[id] {
    case .none: true
    case .dict(let pairs): pairs.isEmpty
    default: false
    }
  }
}
