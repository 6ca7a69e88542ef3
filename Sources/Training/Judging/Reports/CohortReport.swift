// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What scores were normalised by, and how they do without.
package struct CohortReport: Encodable, Sendable {
  package var file: String
  package var vectors: Int
  /// Of how many scores with it mean and deviation are taken.
  package var top: Int
  /// The figures of the cosines alone.
  package var cosineEER: Double
  package var cosineThreshold: Double
  package var cosineMinDCF: Double
  package var notes: [String]

  init?(_ scored: TrialScores, _ costs: DetectionCosts) throws(CheckpointError) {
    guard let cohort = scored.cohort else { return nil }
    let rates = try ErrorRates(scores: scored.cosines, targets: scored.list.trials.map(\.isTarget))
    file = cohort.file
    vectors = cohort.identity.vectors
    top = cohort.identity.top
    (cosineEER, cosineThreshold) = rates.equalErrorRate
    cosineMinDCF = rates.minimumCost(costs)
    notes = cohort.notes(for: scored.embeddings)
  }

  var lines: [(name: String, words: String)] {
    [
      ("as-norm", "top \(top) of \(vectors) vectors of \(file)"),
      (
        "without",
        "EER \(Decimals.text(cosineEER * 100, places: 2)) % at \(Decimals.text(cosineThreshold, places: 4)),"
          + " minDCF \(Decimals.text(cosineMinDCF, places: 4))"
      ),
    ]
  }
}
