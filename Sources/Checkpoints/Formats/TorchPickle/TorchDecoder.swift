// SPDX-License-Identifier: Apache-2.0

/// Gives meaning to a pickle of `torch.save`: the only place that knows `_rebuild_tensor_v2` and its siblings,
/// storage classes, `OrderedDict` and numpy's scalars.
///
/// Node `i` of the pickle becomes node `i` of the document, so identity, sharing and cycles carry over and nothing
/// recurses. What has no meaning here becomes an opaque object with its parts.
package struct TorchDecoder {
  /// A storage as the container holds it.
  package struct Found: Sendable {
    package var name: Text
    package var bytes: ByteSource
    package var byteCount: Int
    package init(name: Text, bytes: ByteSource, byteCount: Int) {
      self.name = name
      self.bytes = bytes
      self.byteCount = byteCount
    }
  }

  /// Looks a storage up by its key: `data/<key>` in a zip, the key's run of bytes in a legacy file.
  package typealias Lookup = (_ key: Text) throws(CheckpointError) -> Found

  let graph: PickleGraph
  let lookup: Lookup
  /// Where the pickle lies, for errors.
  let location: CheckpointError.Location
  var nodes: [Node] = []
  /// Nodes that stand for no node of the pickle: what calls within one call give. They follow the others.
  private var extra: [Node] = []
  private var sharedGlobals: [GlobalName: NodeID] = [:]
  var storages: [Storage] = []
  var storageIDs: [Text: StorageID] = [:]
  let memory: DecodingMemory
  /// The storages are big-endian, as the archive's `byteorder` says.
  package var isBigEndian = false
  /// What the numbers mean that an ancient tar file has for persistent ids; nil for every other form.
  var ancient: AncientTensors? {
    didSet { storages = ancient?.storages ?? [] }
  }
  /// Bytes of a number in each storage, by the tensors that view it.
  var numberSizes: [StorageID: Int] = [:]

  package init(_ graph: PickleGraph, at location: CheckpointError.Location, lookup: @escaping Lookup) {
    self.graph = graph
    self.location = location
    self.lookup = lookup
    memory = DecodingMemory(nodes: graph.nodes.count)
  }

  /// The document that the pickle describes.
  package mutating func decode() throws(CheckpointError) -> Document {
    nodes.reserveCapacity(graph.nodes.count)
    for index in graph.nodes.indices {
      nodes.append(try convert(PickleGraph.ID(Int32(index))))
    }
    nodes += extra
    swapStorages()
    var document = Document(nodes: nodes, root: NodeID(graph.root.index), storages: storages)
    StateDictFinder.run(on: &document)
    try ModuleFinder.run(on: &document)
    return document
  }

  /// From here on every storage is little-endian.
  private mutating func swapStorages() {
    for (storage, width) in numberSizes where isBigEndian && width > 1 {
      let bytes = storages[storage.index].bytes
      storages[storage.index].bytes = .computed(SwappedBytes(bytes, width: width))
    }
  }

  private mutating func convert(_ id: PickleGraph.ID) throws(CheckpointError) -> Node {
    switch graph[id] {
    case .none: .none
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .long(let bytes): .long(bytes)
    case .float(let value): .float(value)
    case .string(let text): .string(text)
    case .bytes(let bytes): .bytes(bytes)
    case .bytearray(let bytes): .bytearray(bytes)
    case .list(let items): .list(items.map(same))
    case .tuple(let items): .tuple(items.map(same))
    case .set(let items): .set(items.map(same))
    case .frozenset(let items): .frozenset(items.map(same))
    case .dict(let pairs): .mapping(Mapping(kind: .dict, entries: entries(pairs)))
    case .global(let name): .global(name)
    case .persistent(let id): try persistent(id)
    case .ext(let code): .object(OpaqueObject(form: .persistent, callee: add(.int(Int64(code)))))
    case .object(let object): try convert(object)
    }
  }

  private mutating func convert(_ object: PickleGraph.Object) throws(CheckpointError) -> Node {
    guard let callee = globalName(object.callee) else { return .object(opaque(object)) }
    let plainCall = object.form == .reduce || object.form == .newobj
    if plainCall, let record = try tensor(callee, object) { return .tensor(record) }
    if let composite = try composite(callee, object) { return .composite(composite) }
    if plainCall, let container = container(callee, object) { return container }
    if object.form == .reduce, let value = numpy(callee, object) { return .numpy(value) }
    return .object(opaque(object))
  }

  /// A storage by itself stays opaque.
  private func persistent(_ id: PickleGraph.ID) throws(CheckpointError) -> Node {
    if let name = persistentClass(id) { return .global(name) }
    if let ancient {
      guard let key = AncientTensors.key(id, graph), ancient.isKnown(key) else {
        throw corrupt("it names a storage or tensor that the file does not hold")
      }
      if let tensor = ancient.tensors[key] { return .tensor(tensor) }
    }
    return .object(OpaqueObject(form: .persistent, callee: same(id)))
  }

  /// `('module', class, file, source)`, with which old versions wrote a module's class together with its source text,
  /// or `(class, file, source)` in an ancient tar file, stands for the class.
  private func persistentClass(_ id: PickleGraph.ID) -> GlobalName? {
    guard case .tuple(let parts) = graph[id], (2...4).contains(parts.count) else { return nil }
    let place = ancient == nil ? 1 : 0
    guard ancient != nil || text(parts[0]) == "module",
      case .global(let name) = graph[parts[place]]
    else { return nil }
    return name
  }

  func opaque(_ object: PickleGraph.Object) -> OpaqueObject {
    let form: OpaqueObject.Form =
      switch object.form {
      case .reduce: .reduce
      case .newobj: .newobj
      case .newobjEx: .newobjEx
      case .inst: .inst
      }
    return OpaqueObject(
      form: form, callee: same(object.callee), arguments: same(object.arguments),
      keywords: object.keywords.map(same), items: object.items.map(same), entries: entries(object.pairs),
      members: object.members.map(same), states: object.states.map(same))
  }

  /// Adds a node that the pickle has none for.
  mutating func add(_ node: Node) -> NodeID {
    extra.append(node)
    return NodeID(graph.nodes.count + extra.count - 1)
  }

  /// One node for every use of a global that the pickle does not name.
  mutating func shared(_ name: GlobalName) -> NodeID {
    if let known = sharedGlobals[name] { return known }
    let node = add(.global(name))
    sharedGlobals[name] = node
    return node
  }

  /// A node that was converted or added already.
  func node(_ id: NodeID) -> Node? {
    let index = Int(id.index)
    if index < nodes.count { return nodes[index] }
    let place = index - graph.nodes.count
    return extra.indices.contains(place) ? extra[place] : nil
  }

  func same(_ id: PickleGraph.ID) -> NodeID { NodeID(id.index) }

  /// Pairs as entries. As in Python the last value of a repeated key wins, at the first one's place.
  func entries(_ pairs: [PickleGraph.Pair]) -> [Mapping.Entry] {
    var entries: [Mapping.Entry] = []
    entries.reserveCapacity(pairs.count)
    if pairs.count == 1 { return [Mapping.Entry(key: same(pairs[0].key), value: same(pairs[0].value))] }
    var places: [Key: Int] = [:]
    places.reserveCapacity(pairs.count)
    for pair in pairs {
      let entry = Mapping.Entry(key: same(pair.key), value: same(pair.value))
      if let place = places.updateValue(entries.count, forKey: key(pair.key)) {
        places[key(pair.key)] = place
        entries[place].value = entry.value
      } else {
        entries.append(entry)
      }
    }
    return entries
  }

  /// What makes two keys of a dict the same one, as `==` and `hash()` of Python. What is not here is one by its node.
  private enum Key: Hashable {
    case string(Text)
    case int(Int64)
    case float(Double)
    case none
    case long([UInt8])
    case bytes([UInt8])
    case tuple([Key])
    case node(Int32)
  }

  private func key(_ id: PickleGraph.ID) -> Key {
    switch graph[id] {
    case .string(let text): .string(text)
    case .int(let value): .int(value)
    case .bool(let value): .int(value ? 1 : 0)
    case .float(let value) where !value.isNaN: Int64(exactly: value).map { .int($0) } ?? .float(value)
    case .none: .none
    case .long(let bytes): .long(bytes)
    case .bytes(let bytes): .bytes(bytes)
    // Tuples of tuples are told apart by their nodes, so that nothing recurses.
    case .tuple(let items) where items.count <= 16 && !items.contains(where: isTuple):
      .tuple(items.map { key($0) })
    default: .node(id.index)
    }
  }

  private func isTuple(_ id: PickleGraph.ID) -> Bool {
    if case .tuple = graph[id] { true } else { false }
  }

  // MARK: Parts of arguments

  func arguments(_ object: PickleGraph.Object) -> [PickleGraph.ID]? { sequence(object.arguments) }

  /// The items of a tuple or list; of a `torch.Size` those of its tuple.
  func sequence(_ id: PickleGraph.ID) -> [PickleGraph.ID]? {
    switch graph[id] {
    case .tuple(let items), .list(let items): return items
    case .object(let object):
      guard globalName(object.callee) == GlobalName("torch", "Size"),
        case .tuple(let outer) = graph[object.arguments],
        outer.count == 1
      else { return nil }
      switch graph[outer[0]] {
      case .tuple(let items), .list(let items): return items
      default: return nil
      }
    default: return nil
    }
  }

  func integer(_ id: PickleGraph.ID) -> Int? {
    if case .int(let value) = graph[id] { Int(value) } else { nil }
  }

  func integers(_ id: PickleGraph.ID) -> [Int]? {
    guard let items = sequence(id) else { return nil }
    return memory.sizes(id, count: items.count) {
      var values: [Int] = []
      for item in items {
        guard let value = integer(item) else { return nil }
        values.append(value)
      }
      return values
    }
  }

  func text(_ id: PickleGraph.ID) -> Text? {
    switch graph[id] {
    case .string(let text): text
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self).map { Text($0) }
    default: nil
    }
  }

  func globalName(_ id: PickleGraph.ID) -> GlobalName? {
    switch graph[id] {
    case .global(let name): name
    case .persistent(let id): persistentClass(id)
    default: nil
    }
  }

  func corrupt(_ reason: String, key: Text? = nil) -> CheckpointError {
    CheckpointError(
      .corrupt, reason, at: .init(file: location.file, member: location.member, byte: location.byte, key: key)
    )
  }
}
