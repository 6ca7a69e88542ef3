// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A folder of 3D-Speaker's checkpointer: `CKPT-EPOCH-<e>-<nn>`, told by its `CKPT.yaml`.
package struct CheckpointFolder: Sendable, Equatable {
  package let path: String
  package let epoch: Int
  package let unixtime: Double

  static let backboneName = "embedding_model.ckpt"
  static let yamlName = "CKPT.yaml"

  /// The file that a word means: itself, the backbone of a checkpoint folder, or that of the newest checkpoint of an
  /// experiment folder.
  ///
  /// - Throws: `unreadable` where there is none.
  package static func model(_ word: String) throws(CheckpointError) -> String {
    guard FileSystem.kind(of: word) == .folder else { return word }
    let inside = FilePath.join(word, backboneName)
    if FileSystem.kind(of: inside) == .file { return inside }
    guard let newest = try newest(in: word) else {
      throw CheckpointError(
        .unreadable, "the folder holds no checkpoint: no `\(backboneName)`, no `models/CKPT-EPOCH-*`",
        at: .init(file: word), hint: "an experiment folder, one of its CKPT-EPOCH folders, or a file")
    }
    return FilePath.join(newest.path, backboneName)
  }

  /// The newest checkpoint by `unixtime`, as upstream recovers.
  package static func newest(in experiment: String) throws(CheckpointError) -> CheckpointFolder? {
    try all(in: experiment).max { ($0.unixtime, $0.epoch, $0.path) < ($1.unixtime, $1.epoch, $1.path) }
  }

  /// Every checkpoint of an experiment folder, or of its `models` folder, by name.
  package static func all(in experiment: String) throws(CheckpointError) -> [CheckpointFolder] {
    let models = FilePath.join(experiment, "models")
    let folder = FileSystem.kind(of: models) == .folder ? models : experiment
    guard FileSystem.kind(of: folder) == .folder else { return [] }
    var found: [CheckpointFolder] = []
    for name in try FileSystem.names(in: folder) where name.hasPrefix("CKPT") {
      let path = FilePath.join(folder, name)
      let yaml = FilePath.join(path, yamlName)
      guard FileSystem.kind(of: yaml) == .file else { continue }
      let figures = try read(yaml)
      found.append(CheckpointFolder(path: path, epoch: figures.epoch, unixtime: figures.unixtime))
    }
    return found
  }

  /// `epoch: 3` and `unixtime: 1795348434.46`, a line each.
  private static func read(_ path: String) throws(CheckpointError) -> (epoch: Int, unixtime: Double) {
    let text = String(decoding: try FileSystem.bytes(of: path, limit: 1 << 16), as: UTF8.self)
    var (epoch, unixtime): (Int, Double?) = (0, nil)
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.filter { $0 != " " } }
      guard parts.count == 2 else { continue }
      if parts[0] == "epoch" { epoch = Int(parts[1]) ?? 0 }
      if parts[0] == "unixtime" { unixtime = Double(parts[1]) }
    }
    guard let unixtime else {
      throw CheckpointError(
        .corrupt, "there is no number under `unixtime`", at: .init(file: path),
        hint: "name a checkpoint folder")
    }
    return (epoch, unixtime)
  }
}
