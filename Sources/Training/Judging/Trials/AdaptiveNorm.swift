// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Scores measured by what both sides score with a cohort: adaptive symmetric normalisation (AS-norm).
///
/// `((s - mean(enrol)) / deviation(enrol) + (s - mean(test)) / deviation(test)) / 2`, mean and deviation, the square root of the mean
/// square, of a side's highest cosines with the cohort (P. Matějka et al., "Analysis of score normalization in multilingual speaker
/// recognition", Interspeech 2017; as WeSpeaker's `score_norm.py` has it).
struct AdaptiveNorm: Sendable {
  let cohort: Cohort
  /// By recording; each is compared with the cohort once.
  private var moments: [Text: (mean: Double, deviation: Double)] = [:]

  init(_ cohort: Cohort) { self.cohort = cohort }

  /// The normalised score of two recordings.
  ///
  /// - Throws: `misfit` for a recording that is as like every vector of the cohort.
  mutating func score(
    _ cosine: Double, _ enrol: Text, _ test: Text, _ embeddings: Embeddings
  ) throws(CheckpointError) -> Double {
    let (left, right) = (try moments(enrol, embeddings), try moments(test, embeddings))
    return ((cosine - left.mean) / left.deviation + (cosine - right.mean) / right.deviation) / 2
  }

  private mutating func moments(
    _ name: Text, _ embeddings: Embeddings
  ) throws(CheckpointError) -> (mean: Double, deviation: Double) {
    if let known = moments[name] { return known }
    let found = cohort.moments(of: embeddings[name] ?? [])
    guard found.deviation > 0 else {
      throw CheckpointError(
        .misfit, "its highest scores with the cohort are all equal, so they have no deviation",
        at: .init(key: name), hint: "leave the recording out, or another cohort")
    }
    moments[name] = found
    return found
  }
}
