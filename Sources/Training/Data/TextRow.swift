// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A line of a text table: its fields, apart by spaces and tabs.
struct TextRow: Sendable, Equatable {
  /// Counted from 1.
  var line: Int
  var fields: [String]

  /// The lines that have fields; CRLF ends a line as LF does.
  ///
  /// - Throws: `corrupt`, with the line, where bytes are not UTF-8.
  static func read(_ bytes: [UInt8]) throws(CheckpointError) -> [TextRow] {
    var rows: [TextRow] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      var row = TextRow(line: index + 1, fields: [])
      for field in line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
        guard let text = String(validating: field, as: UTF8.self) else {
          throw CheckpointError(.corrupt, "the bytes are not UTF-8", at: row.place)
        }
        row.fields.append(text)
      }
      if !row.fields.isEmpty { rows.append(row) }
    }
    return rows
  }

  var place: CheckpointError.Location { .init(member: "line \(line)") }
}
