// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Manifest {
  private static let longest = 1 << 30

  /// Reads Kaldi's `wav.scp`: an utterance and its file on each line, apart by white space as Python's `split()` has it, U+3000 too.
  ///
  /// Speakers stand in `utt2spk`, in the same form; the one beside the `wav.scp` is taken unless another is named. Label
  /// indices follow first appearance in the `wav.scp`, as for a csv file. Relative paths begin at the `wav.scp`'s folder.
  /// - Throws: `corrupt` and `collision`, with the line; `unsupported` for a command in place of a file; `misfit` for an
  ///   utterance without speaker where speakers are required.
  static func wavScript(
    _ path: String, labels: Labels, utt2spk: String?
  ) throws(CheckpointError) -> Manifest {
    let utterances = try table(path, of: "file", hint: "paths with blanks in them need a csv file")
    let speakers = try speakers(beside: path, labels: labels, named: utt2spk)
    let folder = FilePath.folder(of: path)
    var manifest = Manifest(source: path)
    for (row, key, file) in utterances {
      let speaker = speakers?.names[key]
      guard speaker != nil || labels == .optional else {
        throw CheckpointError(
          .misfit, "the utterance \(key) has no speaker in `\(speakers?.path ?? "utt2spk")`",
          at: row.place.in(path), hint: "a line `\(key) SPEAKER` there")
      }
      let label = speaker.map { manifest.labels.add($0) }
      manifest.items.append(Item(path: FilePath.join(folder, file.shown), label: label, line: row.line))
    }
    return manifest
  }

  /// The speakers by utterance; nil where they are optional and no table is there.
  private static func speakers(
    beside path: String, labels: Labels, named: String?
  ) throws(CheckpointError) -> (path: String, names: [Text: Text])? {
    let table = named ?? FilePath.join(FilePath.folder(of: path), "utt2spk")
    if named == nil, FileSystem.kind(of: table) != .file {
      guard labels == .required else { return nil }
      throw CheckpointError(
        .misfit, "there are no speakers: no utt2spk lies beside it", at: .init(file: path),
        hint: "utt2spk with lines `UTTERANCE SPEAKER`, or a csv file with path,spk")
    }
    return (table, try values(table, of: "speaker"))
  }

  /// The values of a table of two columns, by key.
  static func values(_ path: String, of value: String) throws(CheckpointError) -> [Text: Text] {
    Dictionary(uniqueKeysWithValues: try table(path, of: value, hint: nil).map { ($0.key, $0.value) })
  }

  /// The rows of a table of two columns; keys are unique.
  static func table(
    _ path: String, of value: String, hint: String?
  ) throws(CheckpointError) -> [(row: TextRow, key: Text, value: Text)] {
    var lines: [Text: Int] = [:]
    var rows: [(row: TextRow, key: Text, value: Text)] = []
    do throws(CheckpointError) {
      for row in TextRow.read(try TextFile(path: path, limit: longest)) {
        if row.fields.count > 1, row.fields.last?.hasSuffix("|") == true {
          throw CheckpointError(
            .unsupported, "a command stands in place of a file; commands are not run", at: row.place,
            hint: "run it once, and list the file that it writes")
        }
        guard row.fields.count == 2 else {
          throw CheckpointError(
            .corrupt, "the line has \(row.fields.count) fields; an utterance and a \(value) are needed",
            at: row.place, hint: hint)
        }
        if let earlier = lines.updateValue(row.line, forKey: row.fields[0]) {
          throw CheckpointError(
            .collision, "the utterance \(row.fields[0]) stands on line \(earlier) already", at: row.place)
        }
        rows.append((row, row.fields[0], row.fields[1]))
      }
    } catch { throw error.at(file: path) }
    guard !rows.isEmpty else {
      throw CheckpointError(.emptyResult, "the file holds no line", at: .init(file: path))
    }
    return rows
  }
}

extension CheckpointError.Location {
  /// The same place, in a file.
  func `in`(_ file: String) -> Self {
    var place = self
    place.file = file
    return place
  }
}
