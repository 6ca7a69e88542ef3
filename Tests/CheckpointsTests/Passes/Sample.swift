// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

@testable import Checkpoints

/// Values from which a test builds a document in memory.
indirect enum Sample: Sendable {
  case none
  case int(Int64)
  case float(Double)
  case string(Text)
  case tensor([Int], DType = .float32)
  /// A tensor in a storage that has a name: equal names are tied.
  case view(String, [Int], offset: Int = 0, DType = .float32, storageCount: Int? = nil)
  case list([Sample])
  case tuple([Sample])
  case dict(KeyValuePairs<Text, Sample>)
  case state(KeyValuePairs<Text, Sample>, metadata: [Text]? = nil, kind: StateDict.Kind = .orderedDict)
  /// Keys that all hold a small tensor.
  case keys([Text], metadata: [Text]? = nil)
  /// `class()` with attributes.
  case object(GlobalName, KeyValuePairs<Text, Sample>)
  /// `callable(arguments)`.
  case call(GlobalName, [Sample])
  case numpy(NumpyValue)
  case global(GlobalName)
  /// The same node wherever the name appears.
  case shared(String, Sample)

  var document: Document {
    var builder = SampleBuilder()
    builder.document.root = builder.add(self)
    return builder.document
  }
}

struct SampleBuilder {
  var document = Document(nodes: [])
  private var storages: [String: StorageID] = [:]
  private var shared: [String: NodeID] = [:]

  mutating func add(_ sample: Sample) -> NodeID {
    switch sample {
    case .none: return document.add(.none)
    case .int(let value): return document.add(.int(value))
    case .float(let value): return document.add(.float(value))
    case .string(let value): return document.add(.string(value))
    case .tensor(let shape, let dtype): return tensor(nil, shape, 0, dtype, nil)
    case .view(let name, let shape, let offset, let dtype, let count):
      return tensor(name, shape, offset, dtype, count)
    case .list(let items): return document.add(.list(items.map { add($0) }))
    case .tuple(let items): return document.add(.tuple(items.map { add($0) }))
    case .dict(let entries): return document.add(.mapping(Mapping(kind: .dict, entries: mapped(entries))))
    case .state(let entries, let metadata, let kind):
      var state = StateDict(kind: kind, entries: [:])
      for (key, value) in entries { state.entries[key] = add(value) }
      state.metadata = metadata.map { modules($0) }
      return document.add(.stateDict(state))
    case .keys(let keys, let metadata):
      var state = StateDict(kind: .orderedDict, entries: [:])
      for key in keys { state.entries[key] = add(.tensor([2])) }
      state.metadata = metadata.map { modules($0) }
      return document.add(.stateDict(state))
    case .object(let name, let attributes):
      let callee = document.add(.global(name))
      let state = document.add(.mapping(Mapping(kind: .dict, entries: mapped(attributes))))
      let arguments = document.add(.tuple([]))
      return document.add(
        .object(OpaqueObject(form: .newobj, callee: callee, arguments: arguments, states: [state])))
    case .call(let name, let arguments):
      let callee = document.add(.global(name))
      let tuple = add(.tuple(arguments))
      return document.add(.object(OpaqueObject(form: .reduce, callee: callee, arguments: tuple)))
    case .numpy(let value): return document.add(.numpy(value))
    case .global(let name): return document.add(.global(name))
    case .shared(let name, let sample):
      if let node = shared[name] { return node }
      let node = add(sample)
      shared[name] = node
      return node
    }
  }

  private mutating func mapped(_ entries: KeyValuePairs<Text, Sample>) -> [Mapping.Entry] {
    entries.map { Mapping.Entry(key: document.add(.string($0.key)), value: add($0.value)) }
  }

  private mutating func modules(_ paths: [Text]) -> OrderedDictionary<Text, NodeID> {
    var modules: OrderedDictionary<Text, NodeID> = [:]
    for path in paths { modules[path] = add(.dict(["version": .int(1)])) }
    return modules
  }

  private mutating func tensor(
    _ name: String?, _ shape: [Int], _ offset: Int, _ dtype: DType, _ storageCount: Int?
  ) -> NodeID {
    let count = storageCount ?? shape.reduce(1, *)
    let bytes = [UInt8](repeating: 0, count: count * dtype.itemSize)
    let fresh = Storage(
      name: "data/\(document.storages.count)", byteCount: bytes.count, bytes: .memory(bytes))
    let storage = name.flatMap { storages[$0] } ?? document.add(fresh)
    if let name { storages[name] = storage }
    return document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, offset: offset, storage: storage)))
  }
}

extension Document {
  /// Every path of a leaf, in order.
  var leaves: [Text] {
    get throws {
      var walk = DocumentWalk(self)
      var paths: [Text] = []
      while let step = walk.next() {
        guard case .enter(let node, _) = step, children(of: node).isEmpty else { continue }
        paths.append(try walk.path())
      }
      return paths
    }
  }

  /// The keys of the state dict at a path, in order.
  func keys(_ path: Text = "") -> [Text]? { state(path).map { Array($0.entries.keys) } }

  /// The modules that the `_metadata` of the state dict at a path names, in order.
  func modules(_ path: Text = "") -> [Text]? { state(path)?.metadata.map { Array($0.keys) } }

  func state(_ path: Text = "") -> StateDict? {
    guard let node = node(at: ValuePath(path)), case .stateDict(let state) = self[node] else { return nil }
    return state
  }

  func tensor(_ path: Text) -> TensorRecord? {
    guard let node = node(at: ValuePath(path)), case .tensor(let record) = self[node] else { return nil }
    return record
  }

  /// Applies one line of a recipe.
  @discardableResult
  mutating func edit(_ line: String) throws -> [PassReport] { try apply(Recipe(parsing: line).passes) }
}
