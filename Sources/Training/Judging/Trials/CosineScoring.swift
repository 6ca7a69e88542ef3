// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Cosine scores of trials, as upstream's `compute_score_metrics.py`: no mean taken away, no score normalisation.
package enum CosineScoring {
  /// The cosine of the angle between two vectors of one size, sums in Double; 0 where one has no length.
  package static func cosine(_ left: [Float], _ right: [Float]) -> Double {
    precondition(left.count == right.count)
    var (dot, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
    for index in left.indices {
      let (x, y) = (Double(left[index]), Double(right[index]))
      dot += x * y
      leftSquare += x * x
      rightSquare += y * y
    }
    let lengths = leftSquare.squareRoot() * rightSquare.squareRoot()
    return lengths > 0 ? dot / lengths : 0
  }

  /// The score of every trial, in the list's order.
  ///
  /// - Throws: `nothingMatched`, with the line, where a recording has no embedding.
  package static func scores(_ list: TrialList, _ embeddings: Embeddings) throws(CheckpointError) -> [Double]
  {
    var scores: [Double] = []
    scores.reserveCapacity(list.trials.count)
    for trial in list.trials {
      let enrol = try vector(trial.enrol, trial, embeddings)
      let test = try vector(trial.test, trial, embeddings)
      scores.append(cosine(enrol, test))
    }
    return scores
  }

  private static func vector(
    _ word: Text, _ trial: TrialList.Trial, _ embeddings: Embeddings
  ) throws(CheckpointError) -> [Float] {
    guard let name = embeddings.name(for: word), let vector = embeddings[name] else {
      throw absent(word, line: trial.line, embeddings)
    }
    return vector
  }

  /// The error for a recording that a list names on a line.
  static func absent(_ word: Text, line: Int, _ embeddings: Embeddings) -> CheckpointError {
    CheckpointError(
      .nothingMatched, "there is no embedding of this name",
      at: .init(member: "line \(line)", key: word.shown),
      hint: "embed this recording too; the embeddings are named like '\(embeddings.names.first?.shown ?? "")'"
    )
  }
}
