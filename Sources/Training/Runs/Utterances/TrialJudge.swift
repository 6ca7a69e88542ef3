// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Judges a backbone by trials, again and again, and keeps the recordings' features as far as the budget goes, or the
/// answer where the backbone stands still.
///
/// Several processes embed a part each, and know the answer together.
package final class TrialJudge {
  private let trials: HeldOutTrials
  private let embedder: Embedder<FastKernels>
  private let machine: Machine
  private let features: FeatureCache
  private var isStill: Bool
  private var kept: Double?

  /// - Parameter isStill: the backbone gives the same embeddings until `backboneMoves`.
  package init(
    _ trials: HeldOutTrials, _ network: any SpeakerNetwork<FastKernels>, _ machine: Machine,
    budget: MemoryBudget, isStill: Bool
  ) {
    self.trials = trials
    self.machine = machine
    self.isStill = isStill
    embedder = Embedder(network, workers: machine.workers.count)
    features = FeatureCache(budget)
  }

  /// From now on the backbone is trained.
  package func backboneMoves() { (isStill, kept) = (false, nil) }

  /// The equal error rate of the trials, by cosine.
  package func judge() throws(CheckpointError) -> Double {
    if let kept { return kept }
    let vectors = try trials.manifest.embeddings(
      embedder, trials.extractor, machine, cache: isStill ? nil : features
    ) { _, _ in }
    let rate = try trials.equalErrorRate(vectors)
    if isStill { kept = rate }
    return rate
  }
}
