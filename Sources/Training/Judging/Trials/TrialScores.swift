// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A trial list with the cosine of every trial.
package struct TrialScores: Sendable {
  package let list: TrialList
  /// In the list's order.
  package let scores: [Double]
  package let embeddings: Embeddings
  /// What the scores are.
  package var rule: ScoringRule { .cosine }
  /// The trials scored by each rule that is known of them.
  package var all: [(rule: ScoringRule, scores: [Double])] { [(rule, scores)] }

  /// - Throws: what reading the two files throws; `nothingMatched`, with the line, where a recording has no embedding.
  package init(embeddings: String, trials: String) throws(CheckpointError) {
    let vectors = try Embeddings(embeddings)
    self.embeddings = vectors
    let text = try TextFile(path: trials, limit: 1 << 32)
    do {
      list = try TrialList(text)
      scores = try CosineScoring.scores(list, vectors)
    } catch {
      throw error.at(file: trials)
    }
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
