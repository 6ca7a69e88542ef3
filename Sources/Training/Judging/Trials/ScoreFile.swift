// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Scores of trials as `score --scores` and 3D-Speaker's `compute_score_metrics.py` write them:
/// `<enrol> <test> <label> <score>` a line.
package struct ScoreFile: Sendable {
  package let path: String
  /// In the file's order.
  package private(set) var scores: [Double] = []
  package private(set) var targets: [Bool] = []

  /// - Throws: `corrupt`, with the line, where a line is no such trial; `emptyResult` without lines.
  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(CheckpointError) {
      for row in TextRow.read(try TextFile(path: path, limit: 1 << 32)) {
        let fields = row.fields
        guard fields.count == 4, let isTarget = TrialList.label(fields[2]),
          let score = Double(fields[3].shown),
          score.isFinite
        else {
          throw CheckpointError(
            .corrupt, "no trial with a score", at: row.place,
            hint: "<enrol> <test> <label> <score>, as `score --scores` writes them")
        }
        scores.append(score)
        targets.append(isTarget)
      }
      guard !scores.isEmpty else { throw CheckpointError(.emptyResult, "the file holds no score") }
    } catch { throw error.at(file: path) }
  }

  /// - Throws: `misfit` where there is no target or no nontarget.
  package func rates() throws(CheckpointError) -> ErrorRates {
    do throws(CheckpointError) {
      return try ErrorRates(scores: scores, targets: targets)
    } catch { throw error.at(file: path) }
  }
}
