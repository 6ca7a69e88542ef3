// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A folder of 3D-Speaker's checkpointer: `CKPT-EPOCH-<e>-<nn>`, told by its `CKPT.yaml`.
package struct CheckpointFolder: Sendable, Equatable {
  package let path: String
  package let epoch: Int
  package let unixtime: Double

  package static let backboneName = ThreeDSpeaker.file(ThreeDSpeaker.backbone).shown
  static let yamlName = ThreeDSpeaker.yamlName.shown

  /// The file that a word means: itself, the backbone of a checkpoint folder, or that of the newest checkpoint of an
  /// experiment folder.
  ///
  /// - Throws: `unreadable` where there is none.
  package static func model(_ word: String) throws(CheckpointError) -> String {
    guard FileSystem.kind(of: word) == .folder else { return word }
    let inside = FilePath.join(word, backboneName)
    if try FileSystem.kind(of: backboneName, in: word) == .file { return inside }
    guard let newest = try newest(in: word) else {
      throw CheckpointError(
        .unreadable, "the folder holds no checkpoint: no `\(backboneName)`, no `models/CKPT-EPOCH-*`",
        at: .init(file: word), hint: "an experiment folder, one of its CKPT-EPOCH folders, or a file")
    }
    _ = try FileSystem.kind(of: backboneName, in: newest.path)
    return FilePath.join(newest.path, backboneName)
  }

  /// The checkpoint folder that a word means: itself, or the newest of an experiment.
  ///
  /// - Throws: `unreadable` where it is neither.
  package static func folder(_ word: String) throws(CheckpointError) -> String {
    guard FileSystem.kind(of: word) == .folder else {
      throw CheckpointError(
        .unreadable, "it is no folder", at: .init(file: word),
        hint: "a CKPT-EPOCH folder, with backbone and classifier; --backbone takes a file")
    }
    return FilePath.folder(of: try model(word))
  }

  /// The newest checkpoint by `unixtime`, as upstream recovers.
  package static func newest(in experiment: String) throws(CheckpointError) -> CheckpointFolder? {
    try all(in: experiment).max { ($0.unixtime, $0.epoch, $0.path) < ($1.unixtime, $1.epoch, $1.path) }
  }

  /// Every checkpoint of an experiment folder, or of its `models` folder, by name.
  package static func all(in experiment: String) throws(CheckpointError) -> [CheckpointFolder] {
    guard FileSystem.kind(of: experiment) == .folder else { return [] }
    let hasModels = try FileSystem.kind(of: RunFolder.modelsName, in: experiment) == .folder
    let folder = hasModels ? FilePath.join(experiment, RunFolder.modelsName) : experiment
    var found: [CheckpointFolder] = []
    for name in try FileSystem.names(in: folder) where Text(name).hasPrefix(ThreeDSpeaker.folderPrefix) {
      let path = FilePath.join(folder, name)
      guard try FileSystem.kind(of: name, in: folder) == .folder,
        try FileSystem.kind(of: yamlName, in: path) == .file
      else { continue }
      let figures = try read(FilePath.join(path, yamlName))
      found.append(CheckpointFolder(path: path, epoch: figures.epoch, unixtime: figures.unixtime))
    }
    return found
  }

  private static func read(_ path: String) throws(CheckpointError) -> (epoch: Int, unixtime: Double) {
    do throws(CheckpointError) {
      let yaml = try CheckpointYAML(FileSystem.bytes(of: path, limit: 1 << 16), name: path)
      guard let unixtime = yaml.unixtime else {
        throw CheckpointError(
          .corrupt, "there is no number under `unixtime`", hint: "name a checkpoint folder")
      }
      return (yaml.epoch ?? 0, unixtime)
    } catch { throw error.at(file: path) }
  }
}
