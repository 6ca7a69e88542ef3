// SPDX-License-Identifier: Apache-2.0
import CommandKit

/// A comparison for a terminal.
enum DiffText {
  static func text(_ report: DiffSections) -> String {
    var text = report.story.map { Words.plain($0) + "\n" }.joined() + "\n"
    text += report.files.map { Words.plain($0) + "\n" }.joined()
    text += report.verdict + "\n"
    for section in report.sections { text += "\n\(section.title)\n" + table(section) }
    if !report.notes.isEmpty { text += "\n" }
    for note in report.notes { text += "note: \(Words.plain(note))\n" }
    return text
  }

  private static func table(_ section: DiffSections.Section) -> String {
    var table = TextTable(columns: section.header.count)
    table.add(section.header)
    for row in section.rows { table.add(row.map(Words.plain)) }
    let lines = table.lines.map { "  \($0)\n" }.joined()
    return lines + (section.more > 0 ? "  and \(section.more) more (--all)\n" : "")
  }
}

extension TextTable {
  /// Columns that are all aligned to the left.
  fileprivate init(columns: Int) {
    self.init(Array(repeating: .left, count: columns))
  }
}
