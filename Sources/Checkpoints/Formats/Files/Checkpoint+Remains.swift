// SPDX-License-Identifier: Apache-2.0

extension Checkpoint {
  /// As much as there is of a checkpoint that may be damaged: a file, a folder, an index of shards.
  ///
  /// - Throws: where what describes the tensors is not there: a pickle, a header, `.metadata`, an index.
  static func remains(_ path: String) throws(CheckpointError) -> Remains {
    if InputFolder.isNamed(by: path) { return try remains(in: InputFolder(path)) }
    let file = try InputFile(path: path)
    do throws(CheckpointError) {
      return try remains(of: file, FileContent(of: file))
    } catch { throw explained(error, path) }
  }

  static func remains(of file: InputFile, _ content: FileContent) throws(CheckpointError) -> Remains {
    switch content {
    case .form(let form): return try form.remains(file)
    case .index:
      return try ShardedRemains(index: file).remains { shard throws(CheckpointError) in
        try remains(of: shard, FileContent(of: shard, mayBeIndex: false))
      }
    case .several(let forms): throw FileContent.error(forms)
    case .foreign(let start):
      if let archive = try archive(in: file) { return archive }
      throw ForeignFile.error(start, file)
    }
  }

  /// An archive that the file does not begin with: something stands in front of it, or its first bytes are gone.
  private static func archive(in file: InputFile) throws(CheckpointError) -> Remains? {
    guard let found = try ShiftedDirectory(file) else { return nil }
    do throws(CheckpointError) { return try ZipForm.remains(file) } catch {
      let isTorch = found.headers.contains { $0.name.hasSuffix("/data.pkl") }
      if isTorch || error.code == .ambiguous { throw error }
      return nil
    }
  }

  private static func remains(in folder: InputFolder) throws(CheckpointError) -> Remains {
    if let index = folder.names.first(where: { $0.hasSuffix(ShardIndex.suffix) }),
      !folder.names.contains(ThreeDSpeaker.yamlName)
    {
      return try remains(of: folder.open(index), .index)
    }
    let isOther = ThreeDSpeakerFolder.fits(folder) || ThreeDSpeakerExperiment.fits(folder)
    if !isOther, DistributedFolder.fits(folder) { return try DistributedRemains(folder).remains() }
    var faults: [CheckpointError] = []
    var missing = 0
    let document = try folder.document { file throws(CheckpointError) in
      let remains = try remains(of: file, FileContent(of: file, mayBeIndex: false))
      faults += remains.faults.map { $0.at(file: file.path) }
      missing += remains.missing
      return remains.document
    }
    guard let document else {
      throw CheckpointError(
        .unsupported, "the folder is no checkpoint of a form that is known", at: .init(file: folder.path))
    }
    return Remains(document: document, faults: faults, missing: missing)
  }
}
