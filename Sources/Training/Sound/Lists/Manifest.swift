// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What to train or judge on: utterances and their speakers, from a folder, a csv file or Kaldi's `wav.scp`.
package struct Manifest: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    /// The file, joined to the list's folder where it was relative.
    package var path: String
    /// The speaker's index in `labels`; nil where the manifest has no speakers.
    package var label: Int?
    /// The list's line it came from, counted from 1; nil for a folder.
    package var line: Int?

    package init(path: String, label: Int? = nil, line: Int? = nil) {
      (self.path, self.label, self.line) = (path, label, line)
    }

    /// Whether the file holds features, which go to the network as they are.
    package var isFeatures: Bool { FilePath.suffix(of: path) == "npy" }
  }

  /// The folder, csv file or `wav.scp`.
  package let source: String
  package internal(set) var items: [Item] = []
  package internal(set) var labels = LabelMap()

  init(source: String) { self.source = source }

  /// Whether speakers must be known (training) or may be absent (embedding).
  package enum Labels: Sendable { case required, optional }

  /// Suffixes of what is taken from a folder: audio that libsndfile knows, and features.
  package static let suffixes: Set = [
    "wav", "flac", "ogg", "oga", "opus", "mp3", "aiff", "aif", "au", "sph", "w64", "caf", "npy",
  ]

  /// Whether a file's name says that it is a list to be read, and no recording.
  package static func isList(_ path: String) -> Bool { ["csv", "scp"].contains(FilePath.suffix(of: path)) }

  /// Reads a folder (one sub-folder a speaker), a `.scp` file (Kaldi's two columns) or a csv file (a header with a path
  /// and a speaker column).
  ///
  /// - Parameters:
  ///   - labelColumn: the csv's column with the speakers, where it has another name than usual.
  ///   - utt2spk: Kaldi's table of speakers for a `wav.scp`; where nil, the one beside it.
  package static func read(
    _ path: String, labels: Labels = .required, labelColumn: String? = nil, utt2spk: String? = nil
  ) throws(CheckpointError) -> Manifest {
    let isScript = FilePath.suffix(of: path) == "scp"
    if utt2spk != nil, !isScript {
      throw CheckpointError(.wrongWords, "utt2spk goes with a wav.scp only", at: .init(file: path))
    }
    switch FileSystem.kind(of: path) {
    case .folder:
      return labels == .required ? try speakerFolders(path) : try anyFolder(path)
    case .file where isScript:
      guard labelColumn == nil else {
        throw CheckpointError(
          .wrongWords, "`--label-column` goes with a csv file only", at: .init(file: path),
          hint: "a wav.scp takes its speakers from utt2spk")
      }
      return try wavScript(path, labels: labels, utt2spk: utt2spk)
    case .file:
      let text = try TextFile(path: path, limit: 1 << 30, subject: "a csv file")
      return try csv(text, source: path, labels: labels, labelColumn: labelColumn)
    case .other, .absent:
      throw FileSystem.notAFile(path, hint: "a folder with one sub-folder a speaker, a csv file or a wav.scp")
    }
  }

  /// The recordings that words name: audio and feature files, folders of both, csv files with a path column.
  ///
  /// - Throws: `unreadable` for a file that is not there; what reading a list throws.
  package static func files(_ words: [String]) throws(CheckpointError) -> [String] {
    var paths: [String] = []
    for word in words {
      if FileSystem.kind(of: word) == .folder || FilePath.suffix(of: word) == "csv" {
        let manifest = try read(word, labels: .optional)
        try manifest.checkFiles()
        paths += manifest.items.map(\.path)
      } else {
        guard FileSystem.kind(of: word) == .file else { throw FileSystem.notAFile(word, hint: nil) }
        paths.append(word)
      }
    }
    return paths
  }

  /// Checks that every file is there, before hours of training depend on it.
  ///
  /// - Throws: `unreadable`, with the first file that is missing and how many are.
  package func checkFiles() throws(CheckpointError) {
    let missing = items.filter { FileSystem.kind(of: $0.path) != .file }
    guard let first = missing.first else { return }
    let list = FilePath.suffix(of: source) == "csv" ? "csv file" : FilePath.name(of: source)
    var error = FileSystem.notAFile(first.path, hint: "paths are relative to the \(list)'s folder")
    if missing.count > 1 { error.reason += "; \(missing.count) of \(items.count) files are missing" }
    throw located(error, first)
  }

  /// An error about an item, with the list's line it came from.
  package func located(_ error: CheckpointError, _ item: Item) -> CheckpointError {
    guard let line = item.line else { return error.at(file: item.path) }
    var located = error
    located.location = .init(
      file: source, member: "line \(line)", byte: error.location.byte, key: error.location.file ?? item.path)
    return located
  }
}
