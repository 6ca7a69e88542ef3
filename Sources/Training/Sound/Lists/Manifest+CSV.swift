// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Manifest {
  /// Names that the speaker column may have.
  static let labelColumns: [Text] = ["spk", "speaker", "label"]

  /// Reads a csv file: `path` and `spk` (or `speaker`, or `label`) are needed; upstream's `ID` must be unique where it
  /// stands; its `dur`, `start` and `stop` are not used, as upstream does not use them in training either. Relative
  /// paths begin at the csv file's folder. Label indices follow first appearance.
  package static func csv(
    _ text: TextFile, source: String, labels: Labels, labelColumn: String?
  ) throws(CheckpointError) -> Manifest {
    do {
      return try rows(text, source: source, labels: labels, labelColumn: labelColumn)
    } catch {
      throw error.at(file: source)
    }
  }

  private static func rows(
    _ text: TextFile, source: String, labels: Labels, labelColumn: String?
  ) throws(CheckpointError) -> Manifest {
    var reader = CSVReader(text)
    guard let header = try reader.next() else {
      throw CheckpointError(.corrupt, "the csv file is empty", hint: "a header line such as path,spk")
    }
    let columns = try Columns(header, labels: labels, labelColumn: labelColumn)
    let folder = FilePath.folder(of: source)
    var manifest = Manifest(source: source)
    var lines: [Text: Int] = [:]
    while let row = try reader.next() {
      let place = "line \(row.line)"
      guard row.fields.count == header.fields.count else {
        throw CheckpointError(
          .corrupt, "the row has \(row.fields.count) fields; the header has \(header.fields.count)",
          at: .init(member: Text(place)), hint: "quote fields that hold commas")
      }
      func value(_ column: Int) throws(CheckpointError) -> Text {
        guard !row.fields[column].isEmpty else {
          throw CheckpointError(
            .corrupt, "the field is empty", at: .init(member: Text(place), key: header.fields[column].shown))
        }
        return row.fields[column]
      }
      if let id = columns.id, let earlier = lines.updateValue(row.line, forKey: try value(id)) {
        throw CheckpointError(
          .collision, "the ID \(row.fields[id]) stands on line \(earlier) already",
          at: .init(member: Text(place), key: header.fields[id].shown))
      }
      let path = FilePath.join(folder, try value(columns.path).shown)
      var label: Int?
      if let column = columns.label { label = manifest.labels.add(try value(column)) }
      manifest.items.append(Item(path: path, label: label, line: row.line))
    }
    guard !manifest.items.isEmpty else {
      throw CheckpointError(.emptyResult, "the csv file has a header and no rows")
    }
    return manifest
  }

  /// Which column holds what.
  private struct Columns {
    var path: Int
    var label: Int?
    var id: Int?

    init(_ header: CSVReader.Row, labels: Labels, labelColumn: String?) throws(CheckpointError) {
      let names = header.fields
      let place = CheckpointError.Location(member: "line \(header.line)")
      let listed = "the columns are \(names.map(\.shown).joined(separator: ", "))"
      for (index, name) in names.enumerated() where names[..<index].contains(name) {
        throw CheckpointError(.collision, "the column '\(name)' stands twice", at: place)
      }
      guard let path = names.firstIndex(of: "path") else {
        throw CheckpointError(.corrupt, "there is no column 'path'; \(listed)", at: place, hint: "path,spk")
      }
      self.path = path
      id = names.firstIndex(of: "ID")

      let wanted = labelColumn.map { [Text($0)] } ?? Manifest.labelColumns
      let found = names.indices.filter { wanted.contains(names[$0]) }
      guard found.count < 2 else {
        throw CheckpointError(
          .ambiguous,
          "more than one column may hold the speaker: \(found.map { names[$0].shown }.joined(separator: ", "))",
          at: place, hint: "--label-column \(names[found[0]])")
      }
      label = found.first
      if label == nil, labels == .required || labelColumn != nil {
        let asked = wanted.map { "'\($0)'" }.joined(separator: ", ")
        throw CheckpointError(
          .corrupt, "there is no speaker column \(asked); \(listed)", at: place, hint: "--label-column NAME")
      }
    }
  }
}
