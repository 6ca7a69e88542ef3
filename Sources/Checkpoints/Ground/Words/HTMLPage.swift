// SPDX-License-Identifier: Apache-2.0

/// A report as one HTML page that needs neither a network nor scripts.
package struct HTMLPage {
  private let title: String
  /// CSS for this kind of report, after that of every report.
  private let style: String
  /// HTML that follows the title.
  private let body: String

  /// - Parameters:
  /// - title: plain text; it is escaped here.
  /// - style: CSS for this kind of report.
  /// - body: HTML, already escaped, that follows the title.
  package init(title: String, style: String, body: String) {
    self.title = title
    self.style = style
    self.body = body
  }

  /// The whole page as one file of UTF-8.
  package var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.escaped(title))</title>
    <style>
    \(Self.style)
    \(style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Self.escaped(title))</h1>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// A table with the classes of the pages' style; cells are text, not HTML.
  package static func table(header: [String], rows: [[String]]) -> String {
    let header = header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let rows = rows.map { row in "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n" }
    return """
      <div class="wide"><table>
      <thead><tr>\(header)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table></div>

      """
  }

  /// Text that stands for itself in HTML, in attributes too.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in PlainText.of(text).unicodeScalars {
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

  /// What all pages share, for light and for dark displays.
  private static let style = """
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --ink: #1c2024; --dim: #5c6670; --line: #d8dee4; --bar: #2f6fb3;
    }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14171a; --ink: #e6e9ec; --dim: #9aa4ae; --line: #333a41; --bar: #6ea8e0; }
    }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
    h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
    pre { overflow-x: auto; color: var(--dim); }
    figure { margin: 0; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: 0.25rem 0.8rem 0.25rem 0; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    th { color: var(--dim); font-weight: 500; }
    """
}
