// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A `.npz` archive as a document: a dict of tensors under the members' names without `.npy`.
///
/// The directory and the headers are read; data stay where they are, compressed ones for libzip to decode.
struct NPZFile {
  private let directory: ZipDirectory

  /// Nil where a member is no `.npy` file.
  init?(_ directory: ZipDirectory) {
    guard !directory.entries.isEmpty, directory.entries.allSatisfy({ Self.name($0) != nil }) else {
      return nil
    }
    self.directory = directory
  }

  /// The array's name.
  private static func name(_ entry: ZipEntry) -> String? {
    entry.name.utf8.reversed().starts(with: ".npy".utf8.reversed()) ? String(entry.name.dropLast(4)) : nil
  }

  func document() throws(CheckpointError) -> Document {
    let path = directory.file.path
    var document = Document(source: .init(file: path, format: .npz))
    var entries: OrderedDictionary<String, NodeID> = [:]
    entries.reserveCapacity(directory.entries.count)
    for entry in directory.entries {
      do throws(CheckpointError) {
        let name = Self.name(entry) ?? entry.name
        let node = try NPYContent(source(entry)).add(to: &document, name: entry.name)
        guard entries.updateValue(node, forKey: name) == nil else {
          throw CheckpointError(
            .corrupt, "another member's name is the same text, spelt in other code points")
        }
      } catch { throw error.at(file: path, member: entry.name) }
    }
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return document
  }

  private func source(_ entry: ZipEntry) -> ByteSource {
    entry.isStored
      ? .file(directory.file, entry.dataRange, crc32: entry.crc32) : .member(directory, entry)
  }
}
