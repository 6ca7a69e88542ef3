// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A checkpoint in shards of which some are damaged or gone: the index says what lay in each.
struct ShardedRemains {
  private let file: InputFile
  private let index: ShardIndex

  /// - Throws: where the index cannot be read.
  init(index file: InputFile) throws(CheckpointError) {
    self.file = file
    index = try ShardIndex(file)
  }

  /// - Parameter open: reads as much as there is of a shard.
  func remains(
    open: (InputFile) throws(CheckpointError) -> Remains
  ) throws(CheckpointError) -> Remains {
    let folder = PathParts.of(file.path).folder
    var merger = ShardMerger()
    var faults: [CheckpointError] = []
    var absent: [Remains.Absent] = []
    var missing = 0
    for name in index.shards {
      do throws(CheckpointError) {
        guard Kernel.exists(index.path(of: name)) else { throw index.missing(name) }
        let remains = try open(FolderMember.open(name, in: folder))
        faults += remains.faults.map { $0.at(file: index.path(of: name)) }
        missing += remains.missing
        try merger.add(remains.document, name, expecting: index)
      } catch {
        guard [.corrupt, .unreadable, .unsupported].contains(error.code) else { throw error }
        faults.append(error.at(file: index.path(of: name)))
        absent += (index.namesByShard[name] ?? []).filter { merger.tensors[$0] == nil }.map {
          .init(path: ValuePath.escape($0), reason: "its shard \(name): \(error.reason)")
        }
      }
    }
    var remains = Remains(document: try merger.document(index, path: file.path))
    remains.faults = faults
    remains.absent = absent
    remains.missing = missing
    remains.members = merger.tensors.count
    return remains
  }
}
