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
    let body = """
      <p class="verdict \(report.equal ? "equal" : "different")">\(Self.escaped(sections.verdict))</p>
      <ul class="story">
      \(sections.story.map { "<li>\(Self.escaped($0))</li>" }.joined(separator: "\n"))
      </ul>
      <pre>\(sections.files.map(Self.escaped).joined(separator: "\n"))</pre>
      \(DiffPageHeat(report.layers).html)\(DiffPageHistograms(report.changed).html)\(tables)\(notes)
      """
    return HTMLPage(title: title, style: DiffPageStyle.css, body: body).html
  }

  private var title: String { "\(report.a.file) and \(report.b.file)" }

  private var tables: String {
    sections.sections.map { section in
      let more = section.more > 0 ? "<p>and \(section.more) more</p>\n" : ""
      return "<h2>\(Self.escaped(section.title))</h2>\n"
        + HTMLPage.table(header: section.header, rows: section.rows) + more
    }.joined()
  }

  private var notes: String {
    guard !sections.notes.isEmpty else { return "" }
    return "<h2>notes</h2>\n<ul>\n" + sections.notes.map { "<li>\(Self.escaped($0))</li>\n" }.joined()
      + "</ul>\n"
  }

  static func escaped(_ text: String) -> String { HTMLPage.escaped(text) }
}
