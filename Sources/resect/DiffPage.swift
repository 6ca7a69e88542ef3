// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A comparison as one HTML page that needs neither a network nor scripts.
struct DiffPage {
  private let report: DiffReport
  private let sections: DiffSections

  init(_ report: DiffReport, _ sections: DiffSections) {
    self.report = report
    self.sections = sections
  }

  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.escaped(title))</title>
    <style>
    \(DiffPageStyle.css)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Self.escaped(title))</h1>
    <p class="verdict \(report.equal ? "equal" : "different")">\(Self.escaped(sections.verdict))</p>
    <pre>\(sections.files.map(Self.escaped).joined(separator: "\n"))</pre>
    \(DiffPageHeat(report.layers).html)\(DiffPageHistograms(report.changed).html)\(tables)\(notes)</main>
    </body>
    </html>

    """
  }

  private var title: String { "\(report.a.file) and \(report.b.file)" }

  private var tables: String {
    sections.sections.map { section in
      let header = section.header.map { "<th scope=\"col\">\(Self.escaped($0))</th>" }.joined()
      let rows = section.rows.map { row in
        "<tr>" + row.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>\n"
      }
      let more = section.more > 0 ? "<p>and \(section.more) more</p>\n" : ""
      return """
        <h2>\(Self.escaped(section.title))</h2>
        <div class="wide"><table>
        <thead><tr>\(header)</tr></thead>
        <tbody>
        \(rows.joined())</tbody>
        </table></div>
        \(more)
        """
    }.joined()
  }

  private var notes: String {
    guard !sections.notes.isEmpty else { return "" }
    return "<h2>notes</h2>\n<ul>\n" + sections.notes.map { "<li>\(Self.escaped($0))</li>\n" }.joined()
      + "</ul>\n"
  }

  /// Text that stands for itself in HTML, in attributes too.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in Words.plain(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
