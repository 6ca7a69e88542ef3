// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Judges held-out utterances, taken whole, again and again, and keeps what the next judgement would compute anew: their
/// embeddings where the backbone stands still, else their features, as far as the budget goes. No judgement depends on
/// what is kept.
///
/// Several processes judge a part each, and know what they found together.
package final class HeldOutJudge {
  /// What a backbone made of the utterances.
  private struct Embedded {
    /// This process's, in the chunks in which they were made: scores are computed a chunk at a time.
    var chunks: [(items: Range<Int>, vectors: [[Float]])]
    /// Of all processes' together.
    var equalErrorRate: Double?
  }

  private let heldOut: HeldOut
  private let embedder: Embedder<FastKernels>
  private let machine: Machine
  private let budget: MemoryBudget
  private let features: FeatureCache
  /// Bytes taken for embeddings; nil where they are not kept. All processes must say the same, as all embed together.
  private var taken: Int?
  private var kept: Embedded?

  /// - Parameters:
  ///   - budget: that nobody has taken anything of, so that all processes find the same in it.
  ///   - isStill: the backbone gives the same embeddings until `backboneMoves`.
  package init(
    _ heldOut: HeldOut, _ network: any SpeakerNetwork<FastKernels>, _ machine: Machine, budget: MemoryBudget,
    isStill: Bool
  ) {
    self.heldOut = heldOut
    self.machine = machine
    self.budget = budget
    embedder = Embedder(network, workers: machine.workers.count)
    features = FeatureCache(budget)
    let bytes = heldOut.count * network.embedding * MemoryLayout<Float>.stride
    if isStill, budget.take(bytes) { taken = bytes }
  }

  /// Utterances of this process whose features are kept.
  package var keptFeatures: Int { features.count }

  /// From now on the backbone is trained.
  package func backboneMoves() {
    if let taken { budget.giveBack(taken) }
    (taken, kept) = (nil, nil)
  }

  package func judge(_ classifier: Classifier<FastKernels>) throws(CheckpointError) -> HeldOut.Judgement {
    let embedded = if let kept { kept } else { try embed() }
    if taken != nil { kept = embedded }
    let correct = embedded.chunks.reduce(0) { $0 + self.correct(classifier, $1.items, $1.vectors) }
    return HeldOut.Judgement(
      accuracy: machine.processes.sum([Double(correct)])[0] / Double(heldOut.count),
      equalErrorRate: embedded.equalErrorRate)
  }

  private func embed() throws(CheckpointError) -> Embedded {
    let manifest = heldOut.manifest
    var chunks: [(items: Range<Int>, vectors: [[Float]])] = []
    let all = try manifest.embeddings(
      embedder, heldOut.extractor, machine, cache: taken == nil ? features : nil
    ) { chunks.append(($0, $1)) }
    return Embedded(
      chunks: chunks, equalErrorRate: PairedErrors.rate(all, manifest.items.map { $0.label ?? -1 }))
  }

  /// How many have their highest score in the right class.
  private func correct(
    _ classifier: Classifier<FastKernels>, _ items: Range<Int>, _ vectors: [[Float]]
  ) -> Int {
    let tape = Tape<FastKernels>(machine, training: false)
    let input = tape.input(
      Array(vectors.joined()), batch: vectors.count, positions: 1, channels: classifier.embedding)
    let scores = classifier.scores(tape, input).value
    return items.enumerated().count { row, index in
      let values = scores.row(row).elements
      return values.indices.max(by: { values[$0] < values[$1] }) == heldOut.manifest.items[index].label
    }
  }
}
