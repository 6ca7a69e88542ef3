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

  /// Whether a file that begins with these bytes (64 are enough) is such a stream, written with any protocol.
  package static func begins(_ start: [UInt8]) -> Bool {
    guard let graph = try? PickleMachine.run(Array(start.prefix(64))) else { return false }
    if case .long(LegacyPickles.magicNumber) = graph[graph.root] { return true }
    return false
  }

  package let file: InputFile
  package let graph: PickleGraph
  /// Where the object's pickle lies.
  package let pickleRange: Range<Int>
  /// In the order of the file.
  package let storages: [Storage]
  /// Where the last storage ends; what follows is not part of the stream (another one, perhaps).
  package let end: Int

  package func storage(key: Text) -> Storage? { positions[key].map { storages[$0] } }
  private let positions: [Text: Int]

  package init(_ file: InputFile) throws(CheckpointError) {
    do throws(CheckpointError) {
      let pickles = try LegacyPickles(file)
      graph = pickles.graph
      pickleRange = pickles.pickleRange
      storages = try Self.storages(pickles, file)
      end = storages.last?.range.upperBound ?? pickles.end
    } catch { throw error.at(file: file.path) }
    var positions: [Text: Int] = [:]
    for (index, storage) in storages.enumerated() { positions[storage.reference.key] = index }
    self.positions = positions
    self.file = file
  }

  private static func storages(
    _ pickles: LegacyPickles, _ file: InputFile
  ) throws(CheckpointError) -> [Storage] {
    var references = pickles.references
    var storages: [Storage] = []
    storages.reserveCapacity(pickles.keys.count)
    var offset = pickles.end
    for key in pickles.keys {
      // Taken out, so that a key listed twice is caught too.
      guard let reference = references.removeValue(forKey: key) else {
        throw CheckpointError(
          .corrupt, "a storage is listed that no tensor refers to, or listed twice",
          at: .init(byte: pickles.keysOffset, key: key))
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
        .unsupported, "storages of class \(reference.className) are not known",
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
