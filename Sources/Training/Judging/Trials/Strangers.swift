// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Recordings of nobody who is enrolled, and their highest scores with all who are: those that a threshold lets through are taken
/// for somebody.
package struct Strangers: Sendable {
  package let file: String
  /// The recordings that trials enrol: their first sides.
  package let enrolled: Int
  /// In the list's order.
  package let best: [Double]

  /// Reads a list of names, one a line, as they may stand in the trials.
  ///
  /// - Throws: `corrupt` for a line of more than one field, `emptyResult` without lines; `nothingMatched` for a recording without
  ///   an embedding, `misfit` for one that is enrolled, both with the line.
  package init(_ path: String, _ scored: TrialScores) throws(CheckpointError) {
    file = path
    var seen: Set<Text> = []
    let enrolled = scored.list.trials.map { scored.embeddings.name(for: $0.enrol) ?? $0.enrol }
      .filter { seen.insert($0).inserted }
    var recordings: [Text] = []
    do throws(CheckpointError) {
      for row in TextRow.read(try TextFile(path: path, limit: 1 << 32)) {
        guard row.fields.count == 1 else {
          throw CheckpointError(
            .corrupt, "\(row.fields.count) fields, where one recording is named", at: row.place,
            hint: "a recording's name a line")
        }
        guard let name = scored.embeddings.name(for: row.fields[0]) else {
          throw CosineScoring.absent(row.fields[0], line: row.line, scored.embeddings)
        }
        guard !seen.contains(name) else {
          throw CheckpointError(
            .misfit, "trials enrol this recording, so it is no stranger's",
            at: .init(member: row.place.member, key: row.fields[0]), hint: "leave it out")
        }
        recordings.append(name)
      }
      guard !recordings.isEmpty else { throw CheckpointError(.emptyResult, "the list names no recording") }
      best = try scored.best(of: recordings, enrolled: enrolled)
    } catch { throw error.at(file: path) }
    self.enrolled = enrolled.count
  }
}
