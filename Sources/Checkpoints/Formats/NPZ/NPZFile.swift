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
  private static func name(_ entry: ZipEntry) -> Text? { entry.name.dropping(suffix: ".npy") }

  func document() throws(CheckpointError) -> Document {
    let path = directory.file.path
    var document = Document(source: .init(file: path, format: .npz, hasTextKeysAlone: true))
    var entries: OrderedDictionary<Text, NodeID> = [:]
    entries.reserveCapacity(directory.entries.count)
    for entry in directory.entries {
      do throws(CheckpointError) {
        let name = Self.name(entry) ?? entry.name
        entries[name] = try NPYContent(directory.bytes(of: entry)).add(to: &document, name: entry.name)
      } catch { throw error.at(file: path, member: entry.name) }
    }
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return document
  }
}

extension Document.Format {
  /// numpy's archive of arrays.
  public static let npz = Self("npz", countedIn: "member")
}
