// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Recordings to augment with: noises, or impulse responses.
package struct SoundList: Sendable {
  private let list: Manifest

  /// Reads a folder (audio at any depth), a `.scp` file (Kaldi's two columns), a csv file (with a column `path`), or any
  /// other text file: a path a line. Relative paths begin at the list's folder.
  ///
  /// - Throws: `unreadable` where a file is missing; `unsupported` for `.npy` files; what reading the list throws.
  package init(_ path: String) throws(CheckpointError) {
    switch FileSystem.kind(of: path) {
    case .file where !Manifest.isList(path): list = try Manifest.paths(path)
    default: list = try Manifest.read(path, labels: .optional)
    }
    try list.checkFiles()
    if let features = list.items.first(where: \.isFeatures) {
      let error = CheckpointError(
        .unsupported, "features stand where a recording is needed", hint: "WAV, FLAC or Ogg files")
      throw list.located(error, features)
    }
  }

  package var source: String { list.source }
  package var count: Int { list.items.count }
  package var paths: [String] { list.items.map(\.path) }

  /// At most `count` samples at 16 kHz of sound `index`, beginning where `start` says; all where it is shorter.
  func samples(
    of index: Int, count: Int, start: (_ length: Int) -> Int
  ) throws(CheckpointError) -> [Double] {
    let item = list.items[index]
    do throws(CheckpointError) {
      let wave = try Waveform.loadSegment(item.path, count: count, start: start)
      return wave.samples.map(Double.init)
    } catch { throw list.located(error, item) }
  }

  /// An error about sound `index`, with its line in the list.
  func located(_ error: CheckpointError, _ index: Int) -> CheckpointError {
    list.located(error, list.items[index])
  }
}

extension Manifest {
  /// A text file of paths, one a line, without the white space at its ends, as Python's `strip()`.
  package static func paths(_ source: String) throws(CheckpointError) -> Manifest {
    let text: TextFile
    do throws(CheckpointError) {
      text = try TextFile(path: source, limit: 1 << 30)
    } catch {
      // What holds NUL bytes is no list, whatever it may be.
      guard error.code == .corrupt, error.hint == nil else { throw error }
      throw CheckpointError(
        .corrupt, error.reason, at: error.location,
        hint: "a folder of recordings, a wav.scp, or a text file with a path a line")
    }
    let folder = FilePath.folder(of: source)
    var manifest = Manifest(source: source)
    for line in text.lines {
      let path = line.stripped.shown
      if path.isEmpty { continue }
      manifest.items.append(Item(path: FilePath.join(folder, path), label: nil, line: line.number))
    }
    guard !manifest.items.isEmpty else {
      throw CheckpointError(.emptyResult, "the list names no file", at: .init(file: source))
    }
    return manifest
  }
}
