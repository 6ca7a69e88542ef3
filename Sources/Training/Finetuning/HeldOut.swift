// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Utterances that training does not see, under the training's labels.
struct HeldOut: Sendable {
  /// How well they are told apart.
  struct Judgement: Sendable, Equatable {
    /// The share whose highest score is the right class's.
    var accuracy: Double
    /// Over all pairs of utterances, by the cosine of their embeddings; nil where all or no pairs are of one speaker.
    var equalErrorRate: Double?
  }

  private let manifest: Manifest
  private let extractor: FeatureExtractor

  var count: Int { manifest.items.count }

  /// - Throws: `misfit`, with the line, for a speaker that the training data do not have.
  init(
    _ path: String, labels: LabelMap, labelColumn: String?, front: FrontEnd
  ) throws(CheckpointError) {
    let manifest = try Manifest.read(path, labelColumn: labelColumn)
    try manifest.checkFiles()
    self.manifest = try manifest.labelled(by: labels, from: "the training data")
    extractor = FeatureExtractor(front)
  }

  /// Judges the utterances, taken whole.
  func judge(
    _ embedder: Embedder<FastKernels>, _ classifier: Classifier<FastKernels>, _ machine: Machine
  ) throws(CheckpointError) -> Judgement {
    var correct = 0
    var vectors: [[Float]] = []
    try manifest.forEachEmbedding(embedder, extractor, threads: machine.workers.count) { range, embeddings in
      let tape = Tape<FastKernels>(machine, training: false)
      let input = tape.input(
        Array(embeddings.joined()), batch: embeddings.count, positions: 1, channels: classifier.embedding)
      let scores = classifier.scores(tape, input).value
      for (row, index) in range.enumerated() {
        let values = scores.row(row).elements
        if values.indices.max(by: { values[$0] < values[$1] }) == manifest.items[index].label { correct += 1 }
      }
      vectors += embeddings
    }
    return Judgement(
      accuracy: Double(correct) / Double(count),
      equalErrorRate: PairedErrors.rate(vectors, manifest.items.map { $0.label ?? -1 }))
  }
}

extension Manifest {
  /// The embeddings of the utterances, taken whole, some at a time in their order.
  ///
  /// - Throws: `misfit`, with the line, for an utterance that is too short; what reading throws.
  func forEachEmbedding(
    _ embedder: Embedder<FastKernels>, _ extractor: FeatureExtractor, threads: Int,
    _ body: (Range<Int>, [[Float]]) -> Void
  ) throws(CheckpointError) {
    let whole = WholeUtterances(items.map(\.path), extractor, threads: threads)
    let shortest = embedder.network.shortestInput
    try whole.forEachChunk { range, features throws(CheckpointError) in
      for (index, utterance) in zip(range, features) where utterance.frames < shortest {
        throw located(WholeUtterances.tooShort(utterance.frames, needs: shortest), items[index])
      }
      body(range, try embedder.embed(features.map(\.values)))
    }
  }
}
