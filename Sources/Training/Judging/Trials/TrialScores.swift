// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A trial list with the score of every trial.
package struct TrialScores: Sendable {
  package let list: TrialList
  package let embeddings: Embeddings
  /// In the list's order.
  package let cosines: [Double]
  /// The scores that a cohort makes of them; nil without one.
  let normalised: [Double]?
  private let norm: AdaptiveNorm?

  /// - Throws: what reading the two files throws; `nothingMatched`, with the line, where a recording has no embedding; `misfit`
  ///   where the cohort is of another front end or size.
  package init(embeddings: String, trials: String, cohort: Cohort? = nil) throws(CheckpointError) {
    let vectors = try Embeddings(embeddings)
    self.embeddings = vectors
    if let cohort {
      _ = try FrontEndMark.common([(embeddings, vectors.frontEnd), (cohort.file, cohort.frontEnd)])
      let size = vectors.names.first.flatMap { vectors[$0]?.count } ?? 0
      guard cohort.size == size else {
        throw CheckpointError(
          .misfit, "its embeddings have \(cohort.size) values, those of `\(embeddings)` \(size)",
          at: .init(file: cohort.file), hint: "embed both with one network")
      }
    }
    let text = try TextFile(path: trials, limit: 1 << 32)
    do {
      list = try TrialList(text)
      cosines = try CosineScoring.scores(list, vectors)
      guard let cohort else {
        (normalised, norm) = (nil, nil)
        return
      }
      var norm = AdaptiveNorm(cohort)
      var scores: [Double] = []
      for (trial, cosine) in zip(list.trials, cosines) {
        let sides = (
          vectors.name(for: trial.enrol) ?? trial.enrol, vectors.name(for: trial.test) ?? trial.test
        )
        scores.append(try norm.score(cosine, sides.0, sides.1, vectors))
      }
      normalised = scores
      self.norm = norm
    } catch {
      throw error.at(file: trials)
    }
  }

  package var cohort: Cohort? { norm?.cohort }

  /// What the scores are.
  package var rule: ScoringRule { normalised == nil ? .cosine : .asNorm }

  /// In the list's order.
  package var scores: [Double] { normalised ?? cosines }

  /// The trials scored by each rule that is known of them.
  package var all: [(rule: ScoringRule, scores: [Double])] {
    [(.cosine, cosines)] + (normalised.map { [(.asNorm, $0)] } ?? [])
  }

  /// The highest score of each of some recordings with all that are enrolled, by the rule of the trials.
  ///
  /// - Parameter enrolled: the first sides of the trials, each once.
  func best(of recordings: [Text], enrolled: [Text]) throws(CheckpointError) -> [Double] {
    var norm = norm
    var best: [Double] = []
    for recording in recordings {
      var highest = -Double.infinity
      for other in enrolled {
        let cosine = CosineScoring.cosine(embeddings[other] ?? [], embeddings[recording] ?? [])
        highest = max(highest, try norm?.score(cosine, other, recording, embeddings) ?? cosine)
      }
      best.append(highest)
    }
    return best
  }

  /// Lines `<enrol> <test> <label> <score>`, five decimals, as upstream's `compute_score_metrics.py` writes them.
  package var text: String {
    var lines = ""
    for (trial, score) in zip(list.trials, scores) {
      let label = trial.isTarget ? "target" : "nontarget"
      lines += "\(trial.enrol) \(trial.test) \(label) \(Decimals.text(score, places: 5))\n"
    }
    return lines
  }

  /// - Throws: `wouldOverwrite` where the file exists and may not be replaced; `unwritable`.
  package func write(to path: String, replacing: Bool) throws(CheckpointError) {
    let output = try OutputFile(path, replacing: replacing, inputs: [])
    try output.write(Array(text.utf8), at: 0)
    try output.commit()
  }
}
