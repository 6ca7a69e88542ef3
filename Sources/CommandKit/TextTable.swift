// SPDX-License-Identifier: Apache-2.0

/// Lines of aligned columns, two spaces apart, nothing trailing.
public struct TextTable {
  /// At which side of its column a cell stands; numbers stand right.
  public enum Alignment: Sendable { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]] = []
  private var widths: [Int]

  /// A column each.
  public init(_ alignments: Alignment...) { self.init(alignments) }

  /// A column each.
  public init(_ alignments: [Alignment]) {
    self.alignments = alignments
    widths = alignments.map { _ in 0 }
  }

  /// Adds a line; cells that are left out at its end stay empty.
  public mutating func add(_ cells: [String]) {
    for (column, cell) in cells.enumerated() where column < widths.count {
      widths[column] = max(widths[column], Self.width(cell))
    }
    rows.append(cells)
  }

  /// In scalars. Most text is ASCII, which a string knows without counting.
  private static func width(_ cell: String) -> Int {
    cell.utf8Span.isKnownASCII ? cell.utf8.count : cell.unicodeScalars.count
  }

  /// The lines, each with its end.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  /// The lines without their ends. Cells are shown as they are: names from files come through `Words.plain`.
  public var lines: [String] {
    rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += "  " }
        let padding = String(repeating: " ", count: max(0, widths[column] - Self.width(cell)))
        line += alignments[column] == .left ? cell + padding : padding + cell
      }
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      return line
    }
  }
}
