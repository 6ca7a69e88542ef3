// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Pairs of recordings to compare, and whether one speaker spoke both.
package struct TrialList: Sendable, Equatable {
  package struct Trial: Sendable, Equatable {
    package var enrol: Text
    package var test: Text
    package var isTarget: Bool
    /// The line it stands on, counted from 1.
    package var line: Int
  }

  package let trials: [Trial]

  package var targets: Int { trials.count { $0.isTarget } }

  /// Reads lines `<enrol> <test> <label>`, fields apart by white space; a label is `1` or `target`, `0` or `nontarget`.
  ///
  /// VoxCeleb's own lists put the label first: so they are read where every line begins with a label and not every line
  /// ends with one.
  /// - Throws: `corrupt`, with the line, where a line has not three fields or no label; `emptyResult` without lines.
  package init(_ text: TextFile) throws(CheckpointError) {
    let rows = TextRow.read(text)
    for row in rows where row.fields.count != 3 {
      throw CheckpointError(
        .corrupt, "\(row.fields.count) fields, where a trial has three", at: row.place,
        hint: "<enrol> <test> <label>, one trial a line")
    }
    guard !rows.isEmpty else { throw CheckpointError(.emptyResult, "the trial list holds no trial") }

    let strayed = rows.first { Self.label($0.fields[2]) == nil }
    let labelFirst = strayed != nil && rows.allSatisfy { Self.label($0.fields[0]) != nil }
    if let strayed, !labelFirst {
      throw CheckpointError(
        .corrupt, "'\(strayed.fields[2])' is no label", at: strayed.place,
        hint: "1 or target, 0 or nontarget")
    }
    trials = rows.map { row in
      let names = labelFirst ? row.fields[1...2] : row.fields[0...1]
      let label = labelFirst ? row.fields[0] : row.fields[2]
      return Trial(
        enrol: names[names.startIndex], test: names[names.startIndex + 1],
        isTarget: Self.label(label) ?? false, line: row.line)
    }
  }

  static func label(_ word: Text) -> Bool? {
    switch word {
    case "1", "target": true
    case "0", "nontarget": false
    default: nil
    }
  }
}
