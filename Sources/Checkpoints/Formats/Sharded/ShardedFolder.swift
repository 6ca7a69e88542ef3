// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A checkpoint in shards: an index and, beside it, files that hold a part of one state dict each.
struct ShardedFolder: FolderForm {
  /// What a model that fits one file is called; there is no index then.
  static let singles: [Text] = ["model.safetensors", "pytorch_model.bin"]

  static func fits(_ folder: InputFolder) -> Bool {
    folder.names.contains { $0.hasSuffix(ShardIndex.suffix) || singles.contains($0) }
  }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    let indexes = folder.names.filter { $0.hasSuffix(ShardIndex.suffix) }
    let candidates = indexes.isEmpty ? singles.filter(folder.names.contains) : indexes
    guard candidates.count == 1, let name = candidates.first else {
      throw CheckpointError(
        .ambiguous, "the folder holds \(candidates.joined(separator: " and "))", at: .init(file: folder.path),
        hint: "name one of them: `\(ShellWords.safe(Text(folder(candidates.first ?? ""))))`")
    }
    let file = try folder.open(name)
    do throws(CheckpointError) {
      return try indexes.isEmpty ? open(file) : Self.open(index: file, open: open)
    } catch { throw error.at(file: file.path) }
  }

  /// The state dict that the shards of an index make up.
  static func open(
    index file: InputFile, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    let index = try ShardIndex(file)
    var merger = ShardMerger()
    let folder = PathParts.of(file.path).folder
    // A folder that may be entered and not listed has shards all the same.
    if let listed = try? InputFolder(folder) { try index.checkNamesAll(of: listed.names) }
    for name in index.shards {
      let path = index.path(of: name)
      guard Kernel.exists(path) else { throw index.missing(name) }
      do throws(CheckpointError) {
        try merger.add(open(FolderMember.open(name, in: folder)), name, expecting: index)
      } catch { throw error.at(file: path) }
    }
    return try merger.document(index, path: file.path)
  }
}

/// Puts the state dicts of shards together.
struct ShardMerger {
  private var document = Document(nodes: [])
  private(set) var tensors: [Text: NodeID] = [:]
  private var metadata: OrderedDictionary<Text, NodeID>?
  private var fileMetadata: OrderedDictionary<Text, Text> = [:]
  private var kind: StateDict.Kind = .dict
  private var format: Document.Format?

  /// - Parameter index: which shard each tensor belongs to.
  mutating func add(_ shard: Document, _ name: Text, expecting index: ShardIndex) throws(CheckpointError) {
    var shard = shard
    let format: Document.Format = shard.source?.format == .safetensors ? .shardedSafetensors : .shardedTorch
    guard self.format == nil || self.format == format else {
      throw CheckpointError(.corrupt, "some of the shards are safetensors and some are not")
    }
    self.format = format
    for (key, value) in try shard.takeFileMetadata() {
      let isOther = fileMetadata[key].map { $0 != value } ?? false
      fileMetadata[isOther ? "\(name)/\(key)" : key] = value
    }
    guard case .stateDict(let state) = shard[shard.root], state.original == nil else {
      throw CheckpointError(
        .corrupt, "it is a \(shard.typeName(shard.root)), and a shard is one dict of tensors")
    }
    if state.kind == .orderedDict && format == .shardedTorch { kind = .orderedDict }
    var storages: [StorageID: StorageID] = [:]
    var nodes: [NodeID: NodeID] = [:]
    for (key, value) in state.entries {
      guard index.weightMap[key] == name else {
        throw CheckpointError(
          .corrupt,
          index.weightMap[key].map { "the index says that it lies in \($0)" } ?? "the index does not name it",
          at: .init(key: ValuePath.escape(key)))
      }
      guard case .tensor(var record) = shard[value] else {
        throw CheckpointError(
          .unsupported, "it is a \(shard.typeName(value)), and shards hold dense tensors alone",
          at: .init(key: ValuePath.escape(key)))
      }
      if let known = nodes[value] {
        tensors[key] = known
        continue
      }
      var storage = shard[record.storage]
      if format == .shardedTorch { storage.name = "\(name)/\(storage.name)" }
      let id = storages[record.storage] ?? document.add(storage)
      storages[record.storage] = id
      record.storage = id
      let node = document.add(.tensor(record))
      nodes[value] = node
      tensors[key] = node
    }
    for key in index.namesByShard[name] ?? [] where tensors[key] == nil {
      throw CheckpointError(
        .corrupt, "the index says that it lies here, but it does not", at: .init(key: ValuePath.escape(key)))
    }
    for (module, value) in state.metadata ?? [:] where metadata?[module] == nil {
      metadata = metadata ?? [:]
      metadata?[module] = try document.adopt(value, from: shard)
    }
  }

  /// The state dict in the index's order, or what its restoring entry makes of it where no tensor is missing.
  mutating func document(_ index: ShardIndex, path: String) throws(CheckpointError) -> Document {
    let format = format ?? .shardedSafetensors
    if let text = index.restoringEntry, format == .shardedSafetensors,
      index.weightMap.keys.allSatisfy({ tensors[$0] != nil })
    {
      var records: OrderedDictionary<Text, TensorRecord> = [:]
      for key in index.weightMap.keys {
        if let node = tensors[key], case .tensor(let record) = document[node] { records[key] = record }
      }
      if var decoder = try RestoringDecoder(text, records, document) {
        var restored = try decoder.restore()
        restored.attach(fileMetadata: fileMetadata)
        restored.source = .init(file: path, format: format)
        return restored
      }
    }
    var state = StateDict(kind: kind, entries: [:], metadata: metadata)
    for key in index.weightMap.keys { state.entries[key] = tensors[key] }
    document.root = document.add(.stateDict(state))
    document.attach(fileMetadata: fileMetadata)
    document.source = .init(
      file: path, format: format, isOrdered: format == .shardedTorch,
      hasTextKeysAlone: format != .shardedTorch)
    return document
  }
}

extension Document {
  /// Copies a plain value, such as the `{'version': 1}` of a module, from another document.
  fileprivate mutating func adopt(
    _ id: NodeID, from other: Document, depth: Int = 0
  ) throws(CheckpointError) -> NodeID {
    var copies: [NodeID] = []
    switch other[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes: return add(other[id])
    case .list(let items) where depth < 8:
      for item in items { copies.append(try adopt(item, from: other, depth: depth + 1)) }
      return add(.list(copies))
    case .tuple(let items) where depth < 8:
      for item in items { copies.append(try adopt(item, from: other, depth: depth + 1)) }
      return add(.tuple(copies))
    case .mapping(var mapping) where depth < 8 && mapping.attributes == nil:
      for index in mapping.entries.indices {
        let entry = mapping.entries[index]
        mapping.entries[index].key = try adopt(entry.key, from: other, depth: depth + 1)
        mapping.entries[index].value = try adopt(entry.value, from: other, depth: depth + 1)
      }
      return add(.mapping(mapping))
    default:
      throw CheckpointError(.unsupported, "its `_metadata` holds a \(other.typeName(id)), no plain value")
    }
  }
}

extension Document.Format {
  private static let sameTensors = "the index and its shards name the same tensors"

  /// A folder of shards with an index, `pytorch_model.bin.index.json`.
  public static let shardedTorch = Self("sharded-torch", countedIn: "tensor", agreement: sameTensors)
  /// The same of safetensors, `model.safetensors.index.json`.
  public static let shardedSafetensors = Self(
    "sharded-safetensors", countedIn: "tensor", agreement: sameTensors, writtenAs: SafetensorsFormat.word)
}
