// SPDX-License-Identifier: Apache-2.0

/// The labels of a classifier in the order of its rows: a text with one a line, or a JSON object `{label: row}`.
struct LabelFile {
  private(set) var labels: [Text] = []

  init(_ path: String) throws(CheckpointError) {
    let file = try Self.file(path)
    do throws(CheckpointError) {
      let isJSON = file.bytes.first { !JSONCursor.isBlank($0) } == UInt8(ascii: "{")
      labels = isJSON ? try Self.rows(file.bytes) : Self.lines(in: file)
      guard !labels.isEmpty else { throw CheckpointError(.misfit, "it holds no labels") }
      var seen: [Text: Int] = [:]
      for (row, label) in labels.enumerated() {
        if let other = seen.updateValue(row, forKey: label) {
          throw CheckpointError(
            .collision, "`\(label)` is the label of rows \(other) and \(row)",
            hint: "each label needs a name of its own")
        }
      }
    } catch { throw error.at(file: path) }
  }

  /// The lines of a text file without white space around them; blank ones at its end are left out.
  static func lines(of path: String) throws(CheckpointError) -> [Text] { lines(in: try file(path)) }

  private static func lines(in file: TextFile) -> [Text] {
    var lines = file.lines.map(\.stripped)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static let largest = 1 << 26

  private static func file(_ path: String) throws(CheckpointError) -> TextFile {
    try TextFile(path: path, limit: largest)
  }

  private static func rows(_ bytes: [UInt8]) throws(CheckpointError) -> [Text] {
    let form = CheckpointError(
      .misfit, "it is not a JSON object of labels with the rows 0, 1, 2, ...",
      hint: "`{\"anna\": 0, \"ben\": 1}`, or one label a line")
    let parsed = try? JSONTree(bytes, subject: "it")
    guard case .object(let members)? = parsed else { throw form }
    var labels = [Text?](repeating: nil, count: members.count)
    for member in members {
      guard case .int(let row) = member.value, row >= 0, row < labels.count else { throw form }
      if let other = labels[Int(row)] {
        throw CheckpointError(.collision, "`\(other)` and `\(member.key)` both have row \(row)")
      }
      labels[Int(row)] = member.key
    }
    return labels.compactMap { $0 }
  }
}
