// SPDX-License-Identifier: Apache-2.0

/// A folder of `CKPT*` folders, or the experiment with such a `models` folder: one of several must be named.
enum ThreeDSpeakerExperiment: FolderForm {
  static func fits(_ folder: InputFolder) -> Bool { !candidates(folder).isEmpty }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    let found = candidates(folder)
    if found.count == 1 { return try ThreeDSpeakerFolder.read(self.open(found[0], in: folder), open: open) }
    var newest: (name: Text, unixtime: Double)?
    for name in found {
      let unixtime = try ThreeDSpeakerFolder.yaml(self.open(name, in: folder)).unixtime ?? -.infinity
      if newest.map({ unixtime > $0.unixtime }) ?? true { newest = (name, unixtime) }
    }
    throw CheckpointError(
      .ambiguous, "it holds \(found.count) checkpoints: \(Prose.list(found))", at: .init(file: folder.path),
      hint: newest.map { "`\(ShellWords.safe(Text(folder($0.name))))`, the newest by unixtime" })
  }

  /// Folders that upstream's recovery would look at, by name.
  private static func candidates(_ folder: InputFolder) -> [Text] {
    let here = folder.names.filter { isCheckpoint($0, in: folder) }
    if !here.isEmpty { return here }
    guard folder.names.contains("models"), Kernel.status(at: folder("models"))?.kind == .folder,
      let models = try? InputFolder(folder("models"))
    else { return [] }
    return models.names.filter { isCheckpoint($0, in: models) }.map { "models/" + $0 }
  }

  /// A candidate's folder, none of whose parts is a link.
  private static func open(_ name: Text, in folder: InputFolder) throws(CheckpointError) -> InputFolder {
    var folder = folder
    for part in name.shown.split(separator: "/") { folder = try folder.folder(Text(part)) }
    return folder
  }

  private static func isCheckpoint(_ name: Text, in folder: InputFolder) -> Bool {
    name.hasPrefix(ThreeDSpeaker.folderPrefix) && Kernel.exists("\(folder(name))/\(ThreeDSpeaker.yamlName)")
  }
}
