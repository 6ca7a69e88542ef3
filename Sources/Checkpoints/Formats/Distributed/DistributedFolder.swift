// SPDX-License-Identifier: Apache-2.0

/// A folder that `torch.distributed.checkpoint` wrote: `.metadata`, and `__<rank>_<n>.distcp` files, each a row of
/// torch zips.
enum DistributedFolder: FolderForm {
  static let metadataName: Text = ".metadata"

  static func fits(_ folder: InputFolder) -> Bool {
    folder.names.contains { name in
      name == metadataName
        || name.hasPrefix("__") && (name.hasSuffix(".distcp") || name.hasSuffix(metadataName))
    }
  }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    let metadata = try metadata(of: folder)
    var reader = DistributedReader(folder, metadata)
    var values = NestedValues()
    for entry in metadata.entries {
      do throws(CheckpointError) {
        try values.set(entry.path, to: try reader.node(of: entry))
      } catch { throw error.at(file: folder(metadataName), key: entry.name) }
    }
    var document = reader.document
    document.root = values.build(in: &document)
    StateDictFinder.run(on: &document)
    let notes = try OptimizerKeys.restore(in: &document)
    document.source = .init(file: folder.path, format: .dcp, notes: notes)
    return document
  }

  static func metadata(of folder: InputFolder) throws(CheckpointError) -> DistributedMetadata {
    guard folder.names.contains(metadataName) else { throw noMetadata(folder) }
    do throws(CheckpointError) {
      return try DistributedMetadata(folder.bytes(metadataName, limit: 1 << 30))
    } catch { throw error.at(file: folder(metadataName)) }
  }

  private static func noMetadata(_ folder: InputFolder) -> CheckpointError {
    if let one = folder.names.first(where: { $0.hasSuffix(metadataName) }) {
      return CheckpointError(
        .unsupported,
        "there is no .metadata of the whole: the ranks saved without each other, each with its own `\(one)`",
        at: .init(file: folder.path),
        hint: "load it on as many ranks with PyTorch and save it with collectives")
    }
    return CheckpointError(
      .corrupt, "there is no .metadata: the save was not finished, or hidden files were not copied",
      at: .init(file: folder.path), hint: "copy the folder again, with `cp -r` or `rsync -a`")
  }
}

extension Document.Format {
  /// A folder that `torch.distributed.checkpoint` wrote.
  public static let dcp = Self(
    "dcp", countedIn: "tensor", agreement: "the chunks of the files fill every tensor")
}
