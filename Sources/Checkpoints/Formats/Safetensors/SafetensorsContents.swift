// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What of a document goes into safetensors files: named dense tensors, text that restores the rest, and what has no
/// place.
struct SafetensorsContents {
  /// Whose storages the tensors view.
  let document: Document
  /// Those that are written, in the document's order.
  private(set) var tensors: [SafetensorsLayout.Tensor] = []
  private(set) var metadata: OrderedDictionary<Text, Text>
  /// Paths of what has no place.
  private(set) var droppedValues: [Text] = []
  private(set) var notes: [String] = []
  /// Bytes of the storages that no tensor uses.
  let droppedBytes: Int

  /// - Throws: `.unrepresentable` with the key for a data type that safetensors does not have, a sparse tensor or
  ///   another object that holds tensors, tied tensors of which none covers the storage; `.collision` for two
  ///   tensors of one name.
  init(_ original: Document) throws(CheckpointError) {
    var document = original
    metadata = try document.takeFileMetadata()
    droppedValues = try document.dropKeysOfObjects(for: SafetensorsFormat.word) + document.dropObjects()
    self.document = document
    let flat = try FlatDocument(document)
    try Self.checkNames(flat)
    let ties = try TensorTies(flat.entries, in: document)
    var types: [SafetensorsLayout.Tensor?] = []
    for (index, entry) in flat.entries.enumerated() {
      types.append(ties.keptFor[index] == nil ? try .init(entry) : nil)
    }
    tensors = types.compactMap { $0 }
    try Self.checkSize(of: tensors)
    droppedBytes = StorageLayout(document, tensors: flat.entries.map(\.node)).droppedBytes(in: document)
    if metadata["format"] == nil { metadata["format"] = "pt" }
    guard needsRestoring(flat, ties) else { return }
    if metadata[RestoringEntry.key] != nil {
      notes.append("`__metadata__` had an entry `resect` of other tensors, which a new one replaces")
    }
    let names = tensors.map(\.name).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var places: [NodeID: RestoringEncoder.Place] = [:]
    for (index, entry) in flat.entries.enumerated() {
      let kept = flat.entries[ties.keptFor[index] ?? index]
      guard places[entry.node] == nil, let number = numbers[kept.name] else { continue }
      places[entry.node] = .init(number: number, isItself: kept.node == entry.node)
    }
    var encoder = RestoringEncoder(document, places: places, names: names)
    metadata[RestoringEntry.key] = Text(try encoder.text())
  }

  private static func checkNames(_ flat: FlatDocument) throws(CheckpointError) {
    var paths: [Text: Text] = [:]
    for entry in flat.entries {
      guard let other = paths.updateValue(entry.path, forKey: entry.name) else { continue }
      throw CheckpointError(
        .collision, "two tensors would have the name `\(entry.name)`", at: .init(key: entry.path),
        hint: other == entry.path ? "keys that are equal as text: `rename` one" : "`rename` one")
    }
  }

  /// Expanded tensors may claim more bytes than any file has.
  private static func checkSize(of tensors: [SafetensorsLayout.Tensor]) throws(CheckpointError) {
    var sum = 0
    for tensor in tensors {
      let (next, overflow) = sum.addingReportingOverflow(tensor.record.byteCount)
      guard !overflow else {
        throw CheckpointError(
          .limit, "its expanded elements are more than a file can hold", at: .init(key: tensor.path))
      }
      sum = next
    }
  }

  /// Whether the tensors alone would read back as another document: a plain `dict` of them in the order of the
  /// header. The order counts where the document's own has a meaning.
  private func needsRestoring(_ flat: FlatDocument, _ ties: TensorTies) -> Bool {
    guard case .stateDict(let state) = document[document.root], state.metadata == nil,
      state.attributes == nil,
      state.entries.count == tensors.count, ties.keptFor.allSatisfy({ $0 == nil }),
      tensors.allSatisfy({ !$0.record.isParameter && !$0.record.requiresGrad })
    else { return true }
    // Of a file without an order the kind too is only what an attribute asks for.
    guard document.source?.isOrdered != false else { return false }
    let hasMetadata = metadata.keys.contains { $0 != "format" } || metadata["format"] != "pt"
    if (state.kind == .dict) == hasMetadata { return true }
    return !zip(tensors, tensors.dropFirst()).allSatisfy { left, right in
      left.type.rank != right.type.rank
        ? left.type.rank > right.type.rank : left.name < right.name
    }
  }
}

extension Document {
  /// Makes plain what only Python's classes hold: a module becomes its `state_dict()`. Gives the paths of modules
  /// and of values that have no place in safetensors; `isHeldBySafetensors` tells them apart later.
  ///
  /// Throws `.unrepresentable` for an object of another kind, such as a sparse tensor, that holds tensors.
  fileprivate mutating func dropObjects() throws(CheckpointError) -> [Text] {
    var paths: [Text] = []
    var modules: [NodeID] = []
    var walk = DocumentWalk(self)
    var outer: NodeID?
    var barren: Set<NodeID> = []
    while let step = walk.next() {
      switch step {
      case .leave(let node): if node == outer { outer = nil }
      case .enter(let node, let isRepeat):
        guard outer == nil, !isHeldBySafetensors(node) else { continue }
        let path = try walk.path()
        paths.append(path.isEmpty ? "(the \(typeName(node)) itself)" : path)
        if case .stateDict = self[node] {
          modules.append(node)
          continue
        }
        guard !holdsTensor(node, seen: &barren) else {
          throw CheckpointError(
            .unrepresentable, "safetensors holds dense tensors alone, and this is \(describeHolder(node))",
            at: .init(key: path.isEmpty ? nil : path), hint: "`drop` it, or write torch, which holds it")
        }
        if !isRepeat, !isLeaf(node) { outer = node }
      }
    }
    for module in modules {
      guard case .stateDict(var state) = self[module] else { continue }
      state.kind = .orderedDict
      state.original = nil
      state.attributes = nil
      self[module] = .stateDict(state)
    }
    return paths
  }
}
