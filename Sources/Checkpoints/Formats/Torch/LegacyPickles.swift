// SPDX-License-Identifier: Apache-2.0

/// The five pickles in front of a legacy file's storages: magic, protocol, sys_info, the object, storage keys.
struct LegacyPickles {
  /// The magic number 0x1950A86A20F9469CFC6C, little-endian.
  static let magicNumber: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  let graph: PickleGraph
  /// Where the object's pickle lies.
  let pickleRange: Range<Int>
  /// What the object says of each storage.
  let references: [Text: StorageReference]
  /// In the order in which the storages lie in the file.
  let keys: [Text]
  let keysOffset: Int
  /// Where the last of the pickles ends.
  let end: Int

  init(_ file: InputFile) throws(CheckpointError) {
    var window = PickleWindow(file)
    self = try LegacyPickles(&window)
  }

  init(_ window: inout PickleWindow) throws(CheckpointError) {
    var offset = 0
    let magic = try window.run(at: offset)
    guard case .long(Self.magicNumber) = magic[magic.root] else {
      throw CheckpointError(.corrupt, "the magic number of a torch file is missing", at: .init(byte: 0))
    }
    offset += magic.byteCount
    let version = try window.run(at: offset)
    guard case .int(1001) = version[version.root] else {
      throw CheckpointError(.unsupported, "another protocol than 1001 of torch", at: .init(byte: offset))
    }
    offset += version.byteCount
    let system = try window.run(at: offset)
    try Self.checkByteOrder(system, offset)
    offset += system.byteCount
    graph = try window.run(at: offset)
    pickleRange = offset..<offset + graph.byteCount
    keysOffset = pickleRange.upperBound
    let list = try window.run(at: keysOffset)
    end = keysOffset + list.byteCount
    keys = try Self.keys(list, keysOffset)
    references = try Self.references(in: graph)
  }

  private static func keys(_ list: PickleGraph, _ offset: Int) throws(CheckpointError) -> [Text] {
    guard case .list(let ids) = list[list.root] else {
      throw CheckpointError(.corrupt, "the list of storage keys is missing", at: .init(byte: offset))
    }
    var keys: [Text] = []
    keys.reserveCapacity(ids.count)
    for id in ids {
      guard case .string(let key) = list[id] else {
        throw CheckpointError(.corrupt, "a storage key is not text", at: .init(byte: offset))
      }
      keys.append(key)
    }
    return keys
  }

  /// torch itself ignores sys_info; big-endian data read as little-endian would be silent nonsense.
  private static func checkByteOrder(_ graph: PickleGraph, _ offset: Int) throws(CheckpointError) {
    guard case .dict(let pairs) = graph[graph.root] else { return }
    for pair in pairs {
      guard case .string("little_endian") = graph[pair.key], case .bool(false) = graph[pair.value] else {
        continue
      }
      throw CheckpointError(
        .unsupported, "the file was written on a big-endian machine", at: .init(byte: offset),
        hint: "load and save it with torch once")
    }
  }

  /// What the object's persistent ids say about each storage.
  private static func references(
    in graph: PickleGraph
  ) throws(CheckpointError) -> [Text: StorageReference] {
    var references: [Text: StorageReference] = [:]
    for node in graph.nodes {
      guard case .persistent(let id) = node, var reference = try StorageReference(id, in: graph) else {
        continue
      }
      reference.view = nil  // Views share their root storage.
      if let known = references[reference.key] {
        guard known.itemSize == reference.itemSize, known.numel == reference.numel else {
          throw CheckpointError(
            .corrupt, "a storage is described in two ways", at: .init(key: reference.key))
        }
      } else {
        references[reference.key] = reference
      }
    }
    return references
  }
}
