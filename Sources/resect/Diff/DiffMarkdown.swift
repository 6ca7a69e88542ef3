// SPDX-License-Identifier: Apache-2.0
import CommandKit

/// A comparison as Markdown, for a pull request.
enum DiffMarkdown {
  static func text(_ report: DiffSections) -> String {
    var text = "## \(escaped(report.verdict))\n\n"
    text += report.story.map { "- \(escaped($0))\n" }.joined() + "\n"
    text += report.files.map { "- \(escaped(String($0.drop { $0 == " " })))\n" }.joined()
    for section in report.sections {
      text +=
        "\n### \(escaped(section.title))\n\n" + line(section.header) + line(section.header.map { _ in "---" })
      for row in section.rows {
        let padded = row + Array(repeating: "", count: max(0, section.header.count - row.count))
        text += line(padded.map(escaped))
      }
      if section.more > 0 { text += "\nand \(section.more) more\n" }
    }
    if !report.notes.isEmpty { text += "\n" }
    for note in report.notes { text += "- \(escaped(note))\n" }
    return text
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

  /// Text that stands for itself in GitHub's Markdown.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in Words.plain(text).unicodeScalars {
      switch character {
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      case "\\", "|", "`", "*", "_", "[", "]", "#", "~", "@": escaped += "\\" + String(character)
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
