// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Utterances that training does not see, under the training's labels.
struct HeldOut: Sendable {
  private let manifest: Manifest
  private let labels: [Int]
  private let extractor: FeatureExtractor

  var count: Int { labels.count }

  /// - Throws: `misfit`, with the line, for a speaker that the training data do not have.
  init(
    _ path: String, labels: LabelMap, labelColumn: String?, front: FrontEnd
  ) throws(CheckpointError) {
    let manifest = try Manifest.read(path, labelColumn: labelColumn)
    try manifest.checkFiles()
    var mapped: [Int] = []
    for item in manifest.items {
      let name = item.label.map { manifest.labels.names[$0] } ?? ""
      guard let label = labels.index(of: name) else {
        throw CheckpointError(
          .misfit, "the speaker is not in the training data, so no class stands for it",
          at: .init(file: path, member: item.line.map { "line \($0)" }, key: name),
          hint: Nearest.match(name, among: labels.names).map { "is `\($0)` meant?" }
            ?? "leave that speaker's rows out")
      }
      mapped.append(label)
    }
    self.manifest = manifest
    self.labels = mapped
    extractor = FeatureExtractor(front)
  }

  /// The share of utterances, taken whole, whose highest score is the right class's.
  func accuracy(
    _ embedder: Embedder<FastKernels>, _ classifier: Classifier<FastKernels>, _ machine: Machine
  ) throws(CheckpointError) -> Double {
    var correct = 0
    let whole = WholeUtterances(manifest.items.map(\.path), extractor, threads: machine.workers.count)
    let shortest = embedder.network.shortestInput
    try whole.forEachChunk { range, features throws(CheckpointError) in
      for (index, utterance) in zip(range, features) where utterance.frames < shortest {
        let error = WholeUtterances.tooShort(utterance.frames, needs: shortest)
        throw manifest.located(error, manifest.items[index])
      }
      let embeddings = try embedder.embed(features.map(\.values))
      let tape = Tape<FastKernels>(machine, training: false)
      let input = tape.input(
        Array(embeddings.joined()), batch: embeddings.count, positions: 1, channels: classifier.embedding)
      let scores = classifier.scores(tape, input).value
      for (row, index) in range.enumerated() {
        let values = scores.row(row).elements
        if values.indices.max(by: { values[$0] < values[$1] }) == labels[index] { correct += 1 }
      }
    }
    return Double(correct) / Double(count)
  }
}
