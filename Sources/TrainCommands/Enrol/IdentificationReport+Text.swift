// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Training

extension IdentificationReport {
  /// A line for each recording: its file, who speaks, the score and the odds; below it the other candidates.
  var text: String {
    var table = TextTable(.left, .left, .right, .left)
    for recording in recordings {
      for (place, candidate) in recording.candidates.enumerated() {
        let odds =
          if case .double(let value) = candidate.logOdds { DecisionRule.words(logOdds: value) } else { "" }
        let name = Words.plain(candidate.name.shown)
        let who =
          switch (place, recording.known) {
          case (0, .bool(true)): name
          case (0, .bool(false)): "nobody (the nearest: \(name))"
          case (0, _): "no verdict (the nearest: \(name))"
          default: "  \(name)"
          }
        table.add([
          place == 0 ? Words.plain(recording.file) : "", who, Decimals.text(candidate.score, places: 4), odds,
        ])
      }
    }
    return table.text
  }
}
