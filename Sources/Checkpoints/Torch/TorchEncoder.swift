// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Writes a document as the pickle of a `torch.save` file.
///
/// An explicit stack of work stands in for recursion, so depth is bounded by memory alone. Nodes that two places
/// share go through the memo and stay shared.
struct TorchEncoder {
  private enum Work {
    case node(NodeID)
    case global(GlobalName)
    /// Remember the value on top as this node.
    case memo(NodeID)
    case emit((inout PickleWriter) -> Void)
  }

  let document: Document
  let storages: StorageLayout
  let keepOpaque: Bool
  private var writer = PickleWriter()
  private var work: [Work] = []
  private var references: [Int32]
  private var memo: [NodeID: UInt32] = [:]
  private var unfinished: Set<NodeID> = []
  /// Globals beyond those that load by default, as found.
  private(set) var unknownGlobals: Set<GlobalName> = []

  init(_ document: Document, _ storages: StorageLayout, keepOpaque: Bool) {
    self.document = document
    self.storages = storages
    self.keepOpaque = keepOpaque
    references = Reachable(document, throughOriginals: keepOpaque).references
  }

  /// The pickle, STOP included.
  mutating func encode() throws(CheckpointError) -> [UInt8] {
    work = [.node(document.root)]
    while let next = work.popLast() {
      switch next {
      case .node(let id): try write(id)
      case .global(let name): global(name)
      case .memo(let id): remember(id)
      case .emit(let emit): emit(&writer)
      }
    }
    writer.stop()
    return writer.bytes
  }

  private mutating func remember(_ id: NodeID) {
    unfinished.remove(id)
    if references[Int(id.index)] > 1 { memo[id] = writer.put() }
  }

  private mutating func global(_ name: GlobalName) {
    if !KnownGlobals.contains(name) { unknownGlobals.insert(name) }
    writer.global(name)
  }

  private mutating func write(_ id: NodeID) throws(CheckpointError) {
    if let index = memo[id] { return writer.get(index) }
    switch document[id] {
    case .none: writer.none()
    case .bool(let value): writer.bool(value)
    case .int(let value): writer.int(Int(value))
    case .long(let digits): writer.long(digits)
    case .float(let value): writer.float(value)
    case .string(let text): text.utf8.count < 64 ? writer.intern(text) : writer.string(text)
    case .surrogateString(let text): writer.text(text)
    case .bytes(let bytes):
      writer.byteString(bytes)
      remember(id)
    case .bytearray(let bytes):
      global(GlobalName("__builtin__", "bytearray"))
      writer.latin1(bytes)
      writer.intern("latin-1")
      writer.tuple(2)
      writer.reduce()
      remember(id)
    case .list(let items):
      writer.emptyList()
      remember(id)
      push(appending(items))
    case .tuple(let items): try writeTuple(id, items)
    case .set(let items): try call(id, GlobalName("__builtin__", "set"), listOf: items)
    case .frozenset(let items): try call(id, GlobalName("__builtin__", "frozenset"), listOf: items)
    case .mapping(let mapping): try write(id, mapping)
    case .stateDict(let state): try write(id, state)
    case .tensor(let tensor):
      write(tensor)
      remember(id)
    case .numpy(let value):
      write(value)
      remember(id)
    case .global(let name): global(name)
    case .object(let object): try write(id, object)
    }
  }

  // MARK: Containers

  private mutating func push(_ items: [Work]) { work.append(contentsOf: items.reversed()) }

  /// The size of CPython's batches: SETITEMS and APPENDS take at most so many at once.
  private static let batch = 1000

  private func appending(_ items: [NodeID]) -> [Work] {
    batches(items) {
      [.node($0)]
    } one: {
      $0.append()
    } many: {
      $0.appends()
    }
  }

  private func setting(_ entries: [Mapping.Entry]) -> [Work] {
    batches(entries) {
      [.node($0.key), .node($0.value)]
    } one: {
      $0.setItem()
    } many: {
      $0.setItems()
    }
  }

  private func batches<Item>(
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

  /// Marks a value that its own parts must not need before it exists.
  private mutating func begin(_ id: NodeID) throws(CheckpointError) {
    guard unfinished.insert(id).inserted else {
      throw CheckpointError(
        .unrepresentable,
        "a \(document.typeName(id)) holds itself, which the pickle protocol cannot write here",
        hint: "`drop` the value that holds it")
    }
  }

  private mutating func writeTuple(_ id: NodeID, _ items: [NodeID]) throws(CheckpointError) {
    if items.isEmpty { return writer.emptyTuple() }
    try begin(id)
    if items.count > 3 { writer.mark() }
    let count = items.count
    push(items.map { .node($0) } + [.emit { $0.tuple(count) }, .memo(id)])
  }

  private mutating func call(_ id: NodeID, _ name: GlobalName, listOf items: [NodeID]) throws(CheckpointError)
  {
    try begin(id)
    global(name)
    writer.emptyList()
    push(appending(items) + [.emit { $0.tuple(1) }, .emit { $0.reduce() }, .memo(id)])
  }

  private mutating func write(_ id: NodeID, _ mapping: Mapping) throws(CheckpointError) {
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

  private func building(_ state: [Work]?) -> [Work] {
    guard let state else { return [] }
    return state + [.emit { $0.build() }]
  }

  private mutating func writeEmptyOrderedDict() {
    global(GlobalName("collections", "OrderedDict"))
    writer.emptyTuple()
    writer.reduce()
  }

  private mutating func write(_ id: NodeID, _ state: StateDict) throws(CheckpointError) {
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
  private func attributes(of state: StateDict) -> [Work] {
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

  // MARK: Tensors

  private mutating func write(_ tensor: TensorRecord) {
    if tensor.isParameter { global(GlobalName("torch._utils", "_rebuild_parameter")) }
    let typed = StorageClass.name(for: tensor.dtype)
    global(GlobalName("torch._utils", typed == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2"))
    let place = storages.place(of: tensor)
    writer.mark()
    writer.mark()
    writer.intern("storage")
    global(typed ?? StorageClass.untyped)
    writer.intern(String(place.key))
    writer.intern("cpu")
    writer.int(typed == nil ? place.storageBytes : place.storageBytes / tensor.dtype.itemSize)
    writer.tuple(5)
    writer.binpersid()
    writer.int(place.offset)
    integers(tensor.shape)
    integers(tensor.strides)
    writer.bool(tensor.requiresGrad && !tensor.isParameter)
    writeEmptyOrderedDict()
    if typed == nil { global(GlobalName("torch", tensor.dtype.rawValue)) }
    if tensor.isConjugate || tensor.isNegative { bits(tensor) }
    writer.tuple(6)
    writer.reduce()
    if tensor.isParameter {
      writer.bool(tensor.requiresGrad)
      writeEmptyOrderedDict()
      writer.tuple(3)
      writer.reduce()
    }
  }

  private mutating func bits(_ tensor: TensorRecord) {
    writer.emptyDict()
    for (name, isSet) in [("conj", tensor.isConjugate), ("neg", tensor.isNegative)] where isSet {
      writer.intern(name)
      writer.bool(true)
      writer.setItem()
    }
  }

  private mutating func integers(_ values: [Int]) {
    if values.count > 3 { writer.mark() }
    for value in values { writer.int(value) }
    writer.tuple(values.count)
  }

  // MARK: numpy and opaque objects

  private mutating func write(_ value: NumpyValue) {
    global(GlobalName(value.module, value.shape == nil ? "scalar" : "_reconstruct"))
    guard let shape = value.shape else {
      write(dtypeOf: value)
      writer.byteString(value.bytes)
      writer.tuple(2)
      return writer.reduce()
    }
    global(GlobalName("numpy", "ndarray"))
    integers([0])
    writer.byteString([UInt8(ascii: "b")])
    writer.tuple(3)
    writer.reduce()
    writer.mark()
    writer.int(1)
    integers(shape)
    write(dtypeOf: value)
    writer.bool(value.isFortranOrder)
    writer.byteString(value.bytes)
    writer.tuple(5)
    writer.build()
  }

  private mutating func write(dtypeOf value: NumpyValue) {
    global(GlobalName("numpy", "dtype"))
    writer.intern(value.typeName)
    writer.bool(false)
    writer.bool(true)
    writer.tuple(3)
    writer.reduce()
    writer.mark()
    writer.int(3)
    writer.intern(value.typeName.hasSuffix("1") ? "|" : value.isBigEndian ? ">" : "<")
    for _ in 0..<3 { writer.none() }
    for number in [-1, -1, 0] { writer.int(number) }
    writer.tuple(8)
    writer.build()
  }

  private mutating func write(_ id: NodeID, _ object: OpaqueObject) throws(CheckpointError) {
    guard object.form != .persistent, let arguments = object.arguments, object.members.isEmpty else {
      throw CheckpointError(
        .unrepresentable, "a \(document.className(of: object)) stands outside a tensor and cannot be written",
        hint: "`drop` it")
    }
    try begin(id)
    var steps: [Work] = []
    switch object.form {
    case .newobjEx:
      steps = [.global(GlobalName("copy_reg", "__newobj_ex__")), .node(object.callee), .node(arguments)]
      steps += object.keywords.map { [.node($0)] } ?? [.emit { $0.emptyDict() }]
      steps += [.emit { $0.tuple(3) }, .emit { $0.reduce() }]
    case .newobj:
      steps = [.node(object.callee), .node(arguments), .emit { $0.newobj() }]
    default:
      steps = [.node(object.callee), .node(arguments), .emit { $0.reduce() }]
    }
    steps += [.memo(id)] + appending(object.items) + setting(object.entries)
    for state in object.states { steps += building([.node(state)]) }
    push(steps)
  }
}
