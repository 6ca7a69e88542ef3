// SPDX-License-Identifier: Apache-2.0

/// The dataclasses of `torch.distributed.checkpoint`, taken out of a pickle's graph.
struct DistributedPickle {
  let graph: PickleGraph

  init(_ graph: PickleGraph) { self.graph = graph }

  /// The name of an object's class, if it is one of torch.distributed: versions move them between its modules.
  func className(_ id: PickleGraph.ID) -> Text? {
    guard case .object(let object) = graph[id], case .global(let name) = graph[object.callee],
      name.module.hasPrefix("torch.distributed.")
    else { return nil }
    return name.name
  }

  /// The fields that BUILD gave an object of the class.
  func fields(_ id: PickleGraph.ID, _ name: Text) throws(CheckpointError) -> [Text: PickleGraph.ID] {
    guard className(id) == name, case .object(let object) = graph[id] else {
      throw CheckpointError(.corrupt, "there is something else where a `\(name)` should be")
    }
    var fields: [Text: PickleGraph.ID] = [:]
    for state in object.states {
      guard let pairs = pairs(state) else {
        throw CheckpointError(.corrupt, "the state of a `\(name)` is no dict")
      }
      for pair in pairs {
        if let field = text(pair.key) { fields[field] = pair.value }
      }
    }
    return fields
  }

  /// The data type in a `TensorProperties`, whose state is a tuple that begins with it.
  func dtype(_ id: PickleGraph.ID) throws(CheckpointError) -> DType {
    guard className(id) == "TensorProperties", case .object(let object) = graph[id],
      let state = object.states.first,
      let first = sequence(state)?.first
        ?? pairs(state)?.first(where: { text($0.key) == "dtype" })?.value,
      case .global(let global) = graph[first], global.module == "torch"
    else { throw CheckpointError(.corrupt, "its `properties` name no data type") }
    guard let dtype = DType(global.name) else {
      throw CheckpointError(.unsupported, "its data type \(global) is not known")
    }
    return dtype
  }

  func pairs(_ id: PickleGraph.ID) -> [PickleGraph.Pair]? {
    if case .dict(let pairs) = graph[id] { pairs } else { nil }
  }

  func sequence(_ id: PickleGraph.ID) -> [PickleGraph.ID]? {
    switch graph[id] {
    case .tuple(let items), .list(let items): items
    default: nil
    }
  }

  func text(_ id: PickleGraph.ID) -> Text? {
    if case .string(let text) = graph[id] { text } else { nil }
  }

  func integer(_ id: PickleGraph.ID) -> Int? {
    if case .int(let value) = graph[id] { Int(value) } else { nil }
  }

  func isNone(_ id: PickleGraph.ID) -> Bool {
    if case .none = graph[id] { true } else { false }
  }

  /// A `torch.Size`, or a tuple or list of counts.
  func sizes(_ id: PickleGraph.ID) -> [Int]? {
    var items = sequence(id)
    if case .object(let object) = graph[id], case .global(GlobalName("torch", "Size")) = graph[object.callee],
      let arguments = sequence(object.arguments)
    {
      items = arguments.isEmpty ? [] : sequence(arguments[0])
    }
    guard let items else { return nil }
    var sizes: [Int] = []
    for item in items {
      guard let size = integer(item), size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}
