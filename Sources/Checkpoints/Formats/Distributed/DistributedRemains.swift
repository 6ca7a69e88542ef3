// SPDX-License-Identifier: Apache-2.0

/// A distributed checkpoint of which files are cut, changed or gone: `.metadata` says what each item is, and where.
struct DistributedRemains {
  private let folder: InputFolder
  private let metadata: DistributedMetadata

  /// - Throws: where `.metadata` is not there, or cannot be read.
  init(_ folder: InputFolder) throws(CheckpointError) {
    self.folder = folder
    metadata = try DistributedFolder.metadata(of: folder)
  }

  func remains() throws(CheckpointError) -> Remains {
    var reader = DistributedReader(folder, metadata, isDamaged: true)
    var values = NestedValues()
    var absent: [Remains.Absent] = []
    for entry in metadata.entries {
      do throws(CheckpointError) {
        try values.set(entry.path, to: try reader.node(of: entry))
      } catch {
        guard [.corrupt, .unreadable].contains(error.code) else {
          throw error.at(file: folder(DistributedFolder.metadataName), key: entry.name)
        }
        absent.append(self.absent(entry, error.reason))
      }
    }
    var document = reader.document
    document.root = values.build(in: &document)
    StateDictFinder.run(on: &document)
    let notes = try OptimizerKeys.restore(in: &document)
    document.source = .init(file: folder.path, format: .dcp, notes: notes)
    var remains = Remains(document: document, absent: absent, members: metadata.entries.count)
    addFaults(to: &remains)
    return remains
  }

  private func absent(_ entry: DistributedMetadata.Entry, _ reason: String) -> Remains.Absent {
    let path = DistributedItems.display(entry.path)
    guard case .tensor(let dtype, let shape, _) = entry.item else { return .init(path: path, reason: reason) }
    return .init(path: path, dtype: dtype, shape: shape, reason: reason)
  }

  /// What is missing of each file: where its last item ends, against where it does.
  private func addFaults(to remains: inout Remains) {
    var ends: [Text: Int] = [:]
    for blob in metadata.blobs.values { ends[blob.file] = max(ends[blob.file] ?? 0, blob.range.upperBound) }
    for (name, end) in ends.sorted(by: { $0.key < $1.key }) {
      let size = (try? folder.open(name))?.size
      guard size ?? 0 < end else { continue }
      remains.missing = min(remains.missing + end - (size ?? 0), 1 << 58)
      remains.faults.append(
        CheckpointError(
          .corrupt, size == nil ? "this file is missing" : "its items reach past its end",
          at: .init(file: folder(name), byte: size)))
    }
  }
}
