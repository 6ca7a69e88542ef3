// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension TorchEncoder {
  mutating func push(_ items: [Work]) { work.append(contentsOf: items.reversed()) }

  /// The size of CPython's batches: SETITEMS and APPENDS take at most so many at once.
  static let batch = 1000

  func appending(_ items: [NodeID]) -> [Work] {
    batches(items) {
      [.node($0)]
    } one: {
      $0.append()
    } many: {
      $0.appends()
    }
  }

  func setting(_ entries: [Mapping.Entry]) -> [Work] {
    batches(entries) {
      [.node($0.key), .node($0.value)]
    } one: {
      $0.setItem()
    } many: {
      $0.setItems()
    }
  }

  func batches<Item>(
    _ items: [Item], parts: (Item) -> [Work], one: @escaping (inout PickleWriter) -> Void,
    many: @escaping (inout PickleWriter) -> Void
  ) -> [Work] {
    var work: [Work] = []
    for start in stride(from: 0, to: items.count, by: Self.batch) {
      let batch = items[start..<min(start + Self.batch, items.count)]
      if batch.count > 1 { work.append(.emit { $0.mark() }) }
      for item in batch { work += parts(item) }
      work.append(.emit(batch.count > 1 ? many : one))
    }
    return work
  }

  /// The pass that drops a node, by the first path that leads to it.
  func dropHint(_ id: NodeID) -> String {
    let pass = document.firstPath(of: id).flatMap { DropHint.pass([$0]) }
    return pass.map { "`\($0)`" } ?? "`drop` what holds it"
  }

  /// Marks a value that its own parts must not need before it exists.
  mutating func begin(_ id: NodeID) throws(CheckpointError) {
    guard unfinished.insert(id).inserted else {
      throw CheckpointError(
        .unrepresentable,
        "a \(document.typeName(id)) holds itself, which the pickle protocol cannot write here",
        at: .init(key: document.firstPath(of: id)), hint: dropHint(id))
    }
  }

  mutating func writeTuple(_ id: NodeID, _ items: [NodeID]) throws(CheckpointError) {
    if items.isEmpty { return writer.emptyTuple() }
    try begin(id)
    if items.count > 3 { writer.mark() }
    let count = items.count
    push(items.map { .node($0) } + [.emit { $0.tuple(count) }, .memo(id)])
  }

  mutating func call(_ id: NodeID, _ name: GlobalName, listOf items: [NodeID]) throws(CheckpointError) {
    try begin(id)
    global(name)
    writer.emptyList()
    push(appending(items) + [.emit { $0.tuple(1) }, .emit { $0.reduce() }, .memo(id)])
  }

  mutating func write(_ id: NodeID, _ mapping: Mapping) throws(CheckpointError) {
    switch mapping.kind {
    case .dict:
      writer.emptyDict()
      remember(id)
      push(setting(mapping.entries))
    case .orderedDict:
      writeEmptyOrderedDict()
      remember(id)
      push(setting(mapping.entries) + building(mapping.attributes.map { [.node($0)] }))
    case .counter:
      try begin(id)
      global(GlobalName("collections", "Counter"))
      writer.emptyDict()
      push(setting(mapping.entries) + [.emit { $0.tuple(1) }, .emit { $0.reduce() }, .memo(id)])
    }
  }

  func building(_ state: [Work]?) -> [Work] {
    guard let state else { return [] }
    return state + [.emit { $0.build() }]
  }

  mutating func writeEmptyOrderedDict() {
    global(GlobalName("collections", "OrderedDict"))
    writer.emptyTuple()
    writer.reduce()
  }

  mutating func write(_ id: NodeID, _ state: StateDict) throws(CheckpointError) {
    switch state.kind {
    case .dict:
      writer.emptyDict()
    case .orderedDict:
      writeEmptyOrderedDict()
    case .module(let name):
      guard let original = state.original, keepOpaque else {
        unknownGlobals.insert(name)
        return writer.none()
      }
      if case .object(let object) = document[original] { return try write(id, object) }
      return writer.none()
    }
    remember(id)
    var entries: [Work] = []
    for start in stride(from: 0, to: state.entries.count, by: Self.batch) {
      let batch = state.entries.elements[start..<min(start + Self.batch, state.entries.count)]
      if batch.count > 1 { entries.append(.emit { $0.mark() }) }
      for entry in batch { entries += [.emit { $0.intern(entry.key) }, .node(entry.value)] }
      entries.append(.emit { batch.count > 1 ? $0.setItems() : $0.setItem() })
    }
    push(entries + (state.kind == .orderedDict ? attributes(of: state) : []))
  }

  /// BUILD with `{'_metadata': OrderedDict(...)}`, as `Module.state_dict()` leaves it, and what else there was.
  func attributes(of state: StateDict) -> [Work] {
    guard state.metadata != nil || state.attributes != nil else { return [] }
    var work: [Work] = [.emit { $0.emptyDict() }]
    if let metadata = state.metadata {
      work += [
        .emit { $0.intern("_metadata") }, .global(GlobalName("collections", "OrderedDict")),
        .emit {
          $0.emptyTuple()
          $0.reduce()
        },
      ]
      for module in metadata {
        work += [.emit { $0.intern(module.key) }, .node(module.value), .emit { $0.setItem() }]
      }
      work.append(.emit { $0.setItem() })
    }
    if let others = state.attributes, case .mapping(let mapping) = document[others] {
      work += setting(mapping.entries)
    }
    return building(work)
  }
}
