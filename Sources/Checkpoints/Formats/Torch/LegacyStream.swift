// SPDX-License-Identifier: Apache-2.0

/// A file as `torch.save` wrote it before 1.6, and still does with `_use_new_zipfile_serialization=False`:
/// five pickles (magic, protocol, sys_info, the object, storage keys), then each storage as an int64 count of
/// elements and its raw bytes (`torch/serialization.py`, `_legacy_save` and `_legacy_load`).
package struct LegacyStream: Sendable {
  /// A storage whose bytes lie in the file.
  package struct Storage: Hashable, Sendable {
    package var reference: StorageReference
    package var range: Range<Int>
  }

  /// The magic number 0x1950A86A20F9469CFC6C, little-endian.
  private static let magicNumber: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  /// Whether a file that begins with these bytes (64 are enough) is such a stream, written with any protocol.
  package static func begins(_ start: [UInt8]) -> Bool {
    guard let graph = try? PickleMachine.run(Array(start.prefix(64))) else { return false }
    if case .long(magicNumber) = graph[graph.root] { return true }
    return false
  }

  package let file: InputFile
  package let graph: PickleGraph
  /// Where the object's pickle lies.
  package let pickleRange: Range<Int>
  package let globals: [PickleMachine.Global]
  /// In the order of the file.
  package let storages: [Storage]
  /// Where the last storage ends; what follows is not part of the stream (another one, perhaps).
  package let end: Int

  package func storage(key: Text) -> Storage? { positions[key].map { storages[$0] } }
  private let positions: [Text: Int]

  package init(_ file: InputFile) throws(CheckpointError) {
    var window = PickleWindow(file)
    do throws(CheckpointError) {
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
      offset = pickleRange.upperBound
      let keys = try window.run(at: offset)
      globals = window.globals
      storages = try Self.storages(keys, offset, Self.references(in: graph), file)
      end = storages.last?.range.upperBound ?? offset + keys.byteCount
    } catch { throw error.at(file: file.path) }
    var positions: [Text: Int] = [:]
    for (index, storage) in storages.enumerated() { positions[storage.reference.key] = index }
    self.positions = positions
    self.file = file
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

  private static func storages(
    _ keys: PickleGraph, _ keysOffset: Int, _ references: [Text: StorageReference], _ file: InputFile
  ) throws(CheckpointError) -> [Storage] {
    guard case .list(let ids) = keys[keys.root] else {
      throw CheckpointError(.corrupt, "the list of storage keys is missing", at: .init(byte: keysOffset))
    }
    var references = references
    var storages: [Storage] = []
    storages.reserveCapacity(ids.count)
    var offset = keysOffset + keys.byteCount
    for id in ids {
      guard case .string(let key) = keys[id] else {
        throw CheckpointError(.corrupt, "a storage key is not text", at: .init(byte: keysOffset))
      }
      // Taken out, so that a key listed twice is caught too.
      guard let reference = references.removeValue(forKey: key) else {
        throw CheckpointError(
          .corrupt, "a storage is listed that no tensor refers to, or listed twice",
          at: .init(byte: keysOffset, key: key))
      }
      let range = try Self.range(of: reference, at: offset, in: file)
      storages.append(Storage(reference: reference, range: range))
      offset = range.upperBound
    }
    if let missing = references.keys.min() {
      throw CheckpointError(
        .corrupt, "the file does not hold a storage that its tensors refer to", at: .init(key: missing))
    }
    return storages
  }

  /// The bytes after the count at `offset`, which must be the one of the persistent id.
  private static func range(
    of reference: StorageReference, at offset: Int, in file: InputFile
  ) throws(CheckpointError) -> Range<Int> {
    guard let itemSize = reference.itemSize else {
      throw CheckpointError(
        .unsupported, "storages of class \(reference.module).\(reference.className) are not known",
        at: .init(key: reference.key))
    }
    do throws(CheckpointError) {
      var reader = ByteReader(try file.read(offset..<offset + 8), base: offset, subject: "a storage's count")
      let count = try reader.size()
      guard count == reference.numel else {
        throw CheckpointError(
          .corrupt, "the storage has \(count) elements; its tensors expect \(reference.numel)",
          at: .init(byte: offset))
      }
      let (length, overflow) = count.multipliedReportingOverflow(by: itemSize)
      guard !overflow, length <= file.size - offset - 8 else {
        throw CheckpointError(
          .corrupt, "the file ends early, inside a storage of \(count) elements", at: .init(byte: offset),
          hint: "download or copy the file again")
      }
      return offset + 8..<offset + 8 + length
    } catch { throw error.at(key: reference.key) }
  }
}
