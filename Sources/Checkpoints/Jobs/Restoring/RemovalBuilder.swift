// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Puts a patch together: what the result has first, then the original's tensors, then all else.
struct RemovalBuilder {
  private var table = RemovalTable()
  private var storages: OriginalStorages
  private let original: Document
  private var patch: Document
  private let structure: [UInt8]
  private var removed = RemovedTree()
  private var rest: [NodeID] = []
  private var paths: Set<Text> = []
  private(set) var tensors = 0
  private(set) var tensorBytes = 0
  private(set) var values = 0
  private(set) var restBytes = 0

  init(_ original: Document, _ recipe: [String]) throws(CheckpointError) {
    self.original = original
    storages = OriginalStorages(original)
    structure = try storages.structure()
    // The tensors that are kept view the original's storages.
    patch = Document(nodes: [], storages: original.storages)
    table.recipe = recipe.map { Text($0) }
    table.storages = storages.layout.outputs.map(\.byteCount)
  }

  mutating func addGiven(_ side: DiffSide, _ onBytes: (Int) -> Void) throws(CheckpointError) {
    var lineage = StorageLineage(of: side.document, from: original)
    let digests = try side.digests(onBytes: onBytes)
    var taken: [RemovalTable.Place: (dtype: DType, shape: [Int])] = [:]
    for (path, tensor) in side.tensors {
      do throws(CheckpointError) {
        var place: RemovalTable.Place?
        if let origin = try lineage.origin(of: tensor.storage),
          let found = storages.place(of: tensor, in: origin)
        {
          // Tied tensors have one place; what begins there in another shape or type is no tie, but a view.
          if storages.isFree(found, bytes: tensor.byteCount) {
            storages.take(found, bytes: tensor.byteCount)
            taken[found] = (tensor.dtype, tensor.shape)
          }
          if let first = taken[found], first == (tensor.dtype, tensor.shape) { place = found }
        }
        table.given.append(
          .init(
            path: path, dtype: tensor.dtype, shape: tensor.shape, sha256: digests[tensor.bareView] ?? "",
            place: place))
      } catch { throw error.at(file: side.document.source?.file, key: path) }
    }
  }

  mutating func addRemoved(_ side: DiffSide) {
    var nodes: [RemovalTable.Place: NodeID] = [:]
    for (path, tensor) in side.tensors {
      guard let place = storages.place(of: tensor, in: tensor.storage) else { continue }
      if let node = nodes[place] {
        // Tied: the second name is for people alone.
        if removed.insert(node, at: path) { tensors += 1 }
        continue
      }
      guard storages.isFree(place, bytes: tensor.byteCount) else { continue }
      let node = patch.add(.tensor(tensor.bareView))
      guard removed.insert(node, at: path) else { continue }
      storages.take(place, bytes: tensor.byteCount)
      nodes[place] = node
      table.held.append(.init(path: RemovalTable.Key.removed + "/" + path, place: place))
      tensors += 1
      tensorBytes += tensor.byteCount
    }
  }

  mutating func addRest() {
    for (tensor, place) in storages.rest() {
      table.held.append(.init(path: RemovalTable.Key.rest + "/" + Text(rest.count), place: place))
      rest.append(patch.add(.tensor(tensor)))
      restBytes += tensor.byteCount
    }
  }

  /// Numbers and texts that the result does not have, or has otherwise. They are for people: the structure has them all.
  mutating func addValues(of original: Document, but side: DiffSide) throws(CheckpointError) {
    var walk = DocumentWalk(original)
    while let step = walk.next() {
      guard case .enter(let id, _) = step, Self.isPlain(original[id]) else { continue }
      let path = try walk.path()
      if let other = side.values[path], other.isSame(as: DiffValue(original, id)) { continue }
      if removed.insert(patch.add(original[id]), at: path) { values += 1 }
    }
  }

  private static func isPlain(_ node: Node) -> Bool {
    switch node {
    case .none, .bool, .int, .float, .string: true
    default: false
    }
  }

  func document() -> Document {
    var patch = patch
    let storage = patch.add(Storage(name: "structure", byteCount: structure.count, bytes: .memory(structure)))
    let bytes = patch.add(.tensor(TensorRecord(dtype: .uint8, shape: [structure.count], storage: storage)))
    let tree = removed.root(in: &patch)
    let list = patch.add(.list(rest))
    let entries =
      table.entries(in: &patch) + [
        (RemovalTable.Key.removed, tree), (RemovalTable.Key.rest, list), (RemovalTable.Key.structure, bytes),
      ]
    let named = entries.map { Mapping.Entry(key: patch.add(.string($0.key)), value: $0.node) }
    patch.root = patch.add(.mapping(Mapping(kind: .dict, entries: named)))
    return patch
  }
}
