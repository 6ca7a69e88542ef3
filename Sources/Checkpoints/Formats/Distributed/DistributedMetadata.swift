// SPDX-License-Identifier: Apache-2.0

/// What `.metadata` of `torch.distributed.checkpoint` says: which items there are, where each stands in the nested
/// dict, and which run of which file holds it.
package struct DistributedMetadata {
  /// A part of a tensor: a box in it.
  struct Chunk: Hashable {
    var offsets: [Int]
    var sizes: [Int]

    var count: Int { sizes.reduce(1, *) }
  }

  enum Item {
    case tensor(DType, shape: [Int], chunks: [Chunk])
    /// Any other value, as a file of `torch.save`.
    case value
  }

  enum Step: Hashable {
    case key(Text)
    case index(Int)
  }

  struct Entry {
    /// `fqn`: the steps, joined by dots.
    var name: Text
    var path: [Step]
    var item: Item
  }

  /// Where one torch zip lies.
  struct Blob: Hashable {
    var file: Text
    var range: Range<Int>
  }

  /// `MetadataIndex`: the name and, for a chunk of a tensor, where it begins.
  struct Index: Hashable {
    var name: Text
    var offset: [Int]?
  }

  /// In the order in which `dcp_to_torch_save` builds the dict.
  var entries: [Entry] = []
  var blobs: [Index: Blob] = [:]
}

extension DistributedMetadata {
  /// Reads the pickle as data.
  ///
  /// - Throws: `.corrupt` where it is not what PyTorch writes, `.unsupported` for another version or transformed
  ///   items (compressed, say), `.limit`.
  package init(_ bytes: [UInt8]) throws(CheckpointError) {
    let pickle = DistributedPickle(try PickleMachine.run(bytes, limits: .reading(bytes.count)))
    let root = try pickle.fields(pickle.graph.root, "Metadata")
    if let version = root["version"].flatMap(pickle.text), !version.hasPrefix("1.") {
      throw CheckpointError(.unsupported, "its version is \(version.debugDescription); 1 is read")
    }
    guard let items = root["state_dict_metadata"].flatMap(pickle.pairs),
      let places = root["storage_data"].flatMap(pickle.pairs)
    else {
      throw CheckpointError(
        .corrupt, "there is no `state_dict_metadata` or no `storage_data`: this is not FileSystemWriter's")
    }
    let paths = try Self.paths(root["planner_data"], pickle)
    var seen: Set<Text> = []
    entries.reserveCapacity(items.count)
    for pair in items {
      guard let name = pickle.text(pair.key), seen.insert(name).inserted else {
        throw CheckpointError(.corrupt, "an item's name is no text, or stands twice")
      }
      do throws(CheckpointError) {
        let item = try Self.item(pair.value, pickle)
        entries.append(Entry(name: name, path: paths[name] ?? [.key(name)], item: item))
      } catch { throw error.at(key: name) }
    }
    for pair in places {
      let index = try Self.index(pair.key, pickle)
      do throws(CheckpointError) {
        let blob = try Self.blob(pair.value, pickle)
        guard blobs.updateValue(blob, forKey: index) == nil else {
          throw CheckpointError(.corrupt, "`storage_data` places one chunk twice")
        }
      } catch { throw error.at(key: index.name) }
    }
  }

  /// `planner_data`: name -> tuple of text and integers.
  private static func paths(
    _ id: PickleGraph.ID?, _ pickle: DistributedPickle
  ) throws(CheckpointError) -> [Text: [Step]] {
    guard let id, let pairs = pickle.pairs(id) else { return [:] }
    var paths: [Text: [Step]] = [:]
    var known: [PickleGraph.ID: [Step]] = [:]
    for pair in pairs {
      guard let name = pickle.text(pair.key), let parts = pickle.sequence(pair.value), !parts.isEmpty else {
        throw CheckpointError(.corrupt, "`planner_data` does not map names to paths")
      }
      if let steps = known[pair.value] {
        paths[name] = steps
        continue
      }
      guard parts.count <= NestedValues.longestPath else {
        throw CheckpointError(
          .limit, "its path has \(parts.count) steps; at most \(NestedValues.longestPath) are read",
          at: .init(key: name))
      }
      var steps: [Step] = []
      for part in parts {
        if let key = pickle.text(part) {
          steps.append(.key(key))
        } else if let index = pickle.integer(part), index >= 0 {
          steps.append(.index(index))
        } else {
          throw CheckpointError(
            .corrupt, "a step of its path is neither text nor an index", at: .init(key: name))
        }
      }
      paths[name] = steps
      known[pair.value] = steps
    }
    return paths
  }

  private static func item(
    _ id: PickleGraph.ID, _ pickle: DistributedPickle
  ) throws(CheckpointError) -> Item {
    if pickle.className(id) == "BytesStorageMetadata" { return .value }
    let fields = try pickle.fields(id, "TensorStorageMetadata")
    guard let shape = fields["size"].flatMap(pickle.sizes),
      let parts = fields["chunks"].flatMap(pickle.sequence),
      let properties = fields["properties"]
    else {
      throw CheckpointError(.corrupt, "its `size`, `chunks` or `properties` is not what PyTorch writes")
    }
    var chunks: [Chunk] = []
    for part in parts {
      let fields = try pickle.fields(part, "ChunkStorageMetadata")
      guard let offsets = fields["offsets"].flatMap(pickle.sizes),
        let sizes = fields["sizes"].flatMap(pickle.sizes)
      else { throw CheckpointError(.corrupt, "a chunk's `offsets` or `sizes` is no torch.Size") }
      chunks.append(Chunk(offsets: offsets, sizes: sizes))
    }
    return .tensor(try pickle.dtype(properties), shape: shape, chunks: chunks)
  }

  private static func index(
    _ id: PickleGraph.ID, _ pickle: DistributedPickle
  ) throws(CheckpointError) -> Index {
    let fields = try pickle.fields(id, "MetadataIndex")
    guard let name = fields["fqn"].flatMap(pickle.text) else {
      throw CheckpointError(.corrupt, "a `MetadataIndex` names nothing")
    }
    guard let offset = fields["offset"], !pickle.isNone(offset) else { return Index(name: name) }
    guard let sizes = pickle.sizes(offset) else {
      throw CheckpointError(.corrupt, "a chunk's offset is no torch.Size", at: .init(key: name))
    }
    return Index(name: name, offset: sizes)
  }

  private static func blob(
    _ id: PickleGraph.ID, _ pickle: DistributedPickle
  ) throws(CheckpointError) -> Blob {
    let fields = try pickle.fields(id, "_StorageInfo")
    if let transforms = fields["transform_descriptors"], !pickle.isNone(transforms),
      pickle.sequence(transforms)?.isEmpty != true
    {
      let names = pickle.sequence(transforms)?.compactMap(pickle.text).joined(separator: ", ") ?? ""
      throw CheckpointError(
        .unsupported, "its bytes went through an extension of the writer\(names.isEmpty ? "" : ": \(names)")",
        hint: "load it with PyTorch and save it without the extension")
    }
    guard let file = fields["relative_path"].flatMap(pickle.text),
      let offset = fields["offset"].flatMap(pickle.integer),
      let length = fields["length"].flatMap(pickle.integer), offset >= 0, length >= 0
    else { throw CheckpointError(.corrupt, "its `_StorageInfo` is not (relative_path, offset, length)") }
    guard !file.isEmpty, file != ".", file != "..", !file.bytes.contains(where: { $0 == 0x2F || $0 == 0 })
    else {
      throw CheckpointError(
        .corrupt, "its file is \(file.debugDescription), which is no name in the folder")
    }
    let (end, overflow) = offset.addingReportingOverflow(length)
    if overflow { throw CheckpointError(.corrupt, "its offset and length are absurd") }
    return Blob(file: file, range: offset..<end)
  }
}
