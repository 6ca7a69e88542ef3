// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Utterances that training does not see, under the training's labels.
package struct HeldOut: Sendable {
  /// How well they are told apart.
  package struct Judgement: Sendable, Equatable {
    /// The share whose highest score is the right class's.
    var accuracy: Double
    /// Over all pairs of utterances, by the cosine of their embeddings; nil where all or no pairs are of one speaker.
    var equalErrorRate: Double?
  }

  let manifest: Manifest
  let extractor: FeatureExtractor

  var count: Int { manifest.items.count }

  /// Whether some pairs are of one speaker and others are not, so that there is an equal error rate.
  private var hasPairs: Bool {
    let speakers = Dictionary(grouping: manifest.items, by: \.label)
    return speakers.count > 1 && speakers.values.contains { $0.count > 1 }
  }

  /// Makes sure that a figure can be measured here at all.
  ///
  /// - Parameter hint: what to do where it cannot.
  /// - Throws: `misfit` for an equal error rate where all pairs, or none, are of one speaker.
  func check(for metric: EpochFigures.Metric, hint: String) throws(CheckpointError) {
    guard metric == .eer, !hasPairs else { return }
    throw CheckpointError(
      .misfit, "all pairs of the held-out utterances, or none, are of one speaker: there is no EER",
      at: .init(file: manifest.source), hint: hint)
  }

  /// - Throws: `misfit`, with the line, for a speaker that the training data do not have.
  init(
    _ path: String, labels: LabelMap, labelColumn: String?, front: FrontEnd
  ) throws(CheckpointError) {
    let manifest = try Manifest.read(path, labelColumn: labelColumn)
    try manifest.checkFiles()
    self.manifest = try manifest.labelled(by: labels, from: "the training data")
    extractor = FeatureExtractor(front)
  }
}

extension Manifest {
  /// The embeddings of the utterances, taken whole.
  ///
  /// - Parameters:
  ///   - cache: where features are kept for another time; nil keeps none.
  ///   - body: gets those that this process makes, some at a time in their order; other processes make others.
  /// - Throws: `misfit`, with the line, for an utterance that is too short; what reading throws.
  func embeddings(
    _ embedder: Embedder<FastKernels>, _ extractor: FeatureExtractor, _ machine: Machine,
    cache: FeatureCache? = nil, _ body: (Range<Int>, [[Float]]) -> Void
  ) throws(CheckpointError) -> [[Float]] {
    let part = machine.processes.part(of: items.count).range
    let whole = WholeUtterances(
      items[part].map(\.path), extractor, threads: machine.workers.count, cache: cache)
    let shortest = embedder.network.shortestInput
    var vectors: [[Float]] = []
    try whole.forEachChunk { chunk, features throws(CheckpointError) in
      let range = (part.lowerBound + chunk.lowerBound)..<(part.lowerBound + chunk.upperBound)
      for (index, utterance) in zip(range, features) {
        do throws(CheckpointError) {
          try WholeUtterances.check(utterance.frames, needs: shortest)
        } catch { throw located(error, items[index]) }
      }
      let some = try embedder.embed(features.map(\.values))
      body(range, some)
      vectors += some
    }
    return machine.processes.gather(vectors, width: embedder.network.embedding, total: items.count)
  }
}
