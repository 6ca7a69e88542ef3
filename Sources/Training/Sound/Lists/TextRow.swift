// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A line of a text table: its fields, apart by white space as Python's `split()` has it, which upstream reads such tables
/// with (`speakerlab/utils/fileio.py`).
struct TextRow: Sendable, Equatable {
  /// Counted from 1.
  var line: Int
  var fields: [Text]

  /// The lines of a file that have fields.
  static func read(_ text: TextFile) -> [TextRow] {
    var rows: [TextRow] = []
    for line in text.lines {
      let row = TextRow(line: line.number, fields: line.fields)
      if !row.fields.isEmpty { rows.append(row) }
    }
    return rows
  }

  var place: CheckpointError.Location { .init(member: "line \(line)") }
}
