// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Manifest {
  /// How deep folders may lie in each other; a symbolic link that leads back up ends here.
  private static let deepest = 32

  /// One sub-folder a speaker, in byte order; in each, audio and feature files at any depth, in byte order.
  static func speakerFolders(_ folder: String) throws(CheckpointError) -> Manifest {
    var manifest = Manifest(source: folder)
    for name in try FileSystem.names(in: folder) {
      let path = FilePath.join(folder, name)
      guard FileSystem.kind(of: path) == .folder else {
        guard suffixes.contains(FilePath.suffix(of: name)) else { continue }
        throw CheckpointError(
          .contradiction, "this file lies outside any speaker's folder", at: .init(file: path),
          hint: "one sub-folder a speaker, or a csv file with path,spk")
      }
      let files = try files(in: path, depth: 1)
      guard !files.isEmpty else {
        throw CheckpointError(
          .emptyResult, "this speaker's folder holds no audio and no .npy file", at: .init(file: path),
          hint: "remove it, or name the recordings in a csv file")
      }
      let label = manifest.labels.add(Text(name))
      for file in files { manifest.items.append(Item(path: file, label: label, line: nil)) }
    }
    return try manifest.notEmpty(hint: "one sub-folder a speaker, with WAV, FLAC or Ogg files inside")
  }

  /// Every audio and feature file at any depth, without speakers.
  static func anyFolder(_ folder: String) throws(CheckpointError) -> Manifest {
    var manifest = Manifest(source: folder)
    manifest.items = try files(in: folder, depth: 0).map { Item(path: $0, label: nil, line: nil) }
    return try manifest.notEmpty(hint: "a folder with WAV, FLAC, Ogg or .npy files")
  }

  private func notEmpty(hint: String) throws(CheckpointError) -> Manifest {
    guard !items.isEmpty else {
      throw CheckpointError(
        .emptyResult, "the folder holds no audio and no .npy file", at: .init(file: source), hint: hint)
    }
    return self
  }

  private static func files(in folder: String, depth: Int) throws(CheckpointError) -> [String] {
    guard depth <= deepest else {
      throw CheckpointError(
        .limit, "folders lie more than \(deepest) deep in each other", at: .init(file: folder),
        hint: "is there a symbolic link that leads back up?")
    }
    var files: [String] = []
    for name in try FileSystem.names(in: folder) {
      let path = FilePath.join(folder, name)
      switch FileSystem.kind(of: path) {
      case .folder: files += try Self.files(in: path, depth: depth + 1)
      case .file where suffixes.contains(FilePath.suffix(of: name)): files.append(path)
      case .file, .other, .absent: continue
      }
    }
    return files
  }
}
