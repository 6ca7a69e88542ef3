// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A damaged `.npz` archive: each array whose header can be read.
struct NPZRemains {
  private let zip: ZipRemains

  /// Nil where a member is no `.npy` file.
  init?(_ zip: ZipRemains) {
    let names = zip.directory.entries.map(\.name) + zip.fragments.keys
    guard !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) else { return nil }
    self.zip = zip
  }

  func remains() throws(CheckpointError) -> Remains {
    let file = zip.directory.file
    var document = Document(source: .init(file: file.path, format: .npz, hasTextKeysAlone: true))
    var entries: OrderedDictionary<Text, NodeID> = [:]
    var absent: [Remains.Absent] = []
    for (name, read) in members {
      let key = name.dropping(suffix: ".npy") ?? name
      do throws(CheckpointError) {
        entries[key] = try read().add(to: &document, name: name)
      } catch {
        guard error.code != .unreadable, error.code != .limit else {
          throw error.at(file: file.path, member: name)
        }
        absent.append(.init(path: ValuePath.escape(key), reason: error.reason))
      }
    }
    document.root = document.add(.stateDict(StateDict(kind: .dict, entries: entries)))
    return Remains(
      document: document, faults: zip.faults, absent: absent,
      missing: zip.missing ?? max(0, (zip.walk?.leastFileSize ?? 0) - file.size),
      members: zip.directory.entries.count)
  }

  private typealias Reading = () throws(CheckpointError) -> NPYContent

  /// Those that are whole, then those that are not.
  private var members: [(name: Text, read: Reading)] {
    let whole = zip.directory.entries.map { entry in
      let read: Reading = { () throws(CheckpointError) in try NPYContent(zip.directory.bytes(of: entry)) }
      return (entry.name, read)
    }
    let cut = zip.fragments.values.sorted { $0.name < $1.name }.map { fragment in
      let read: Reading = { () throws(CheckpointError) in try content(of: fragment) }
      return (fragment.name, read)
    }
    return whole + cut
  }

  private func content(of fragment: ZipRemains.Fragment) throws(CheckpointError) -> NPYContent {
    guard fragment.isStored, !fragment.range.isEmpty else {
      throw CheckpointError(.corrupt, fragment.reason)
    }
    let file = zip.directory.file
    return try NPYContent(cut: .file(file, fragment.range, crc32: nil)) { count throws(CheckpointError) in
      try zip.bytes(of: fragment, count)
    }
  }
}
