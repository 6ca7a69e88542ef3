// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a run's steps are fed: crops of recordings, or, where the backbone stands still and nothing is drawn, the
/// embeddings of whole utterances, computed once.
enum ExampleSource {
  case features(TrainingSet)
  case embeddings([[Float]], labels: [Int])

  /// - Throws: what reading the utterances throws.
  init(
    _ data: TrainingSet, _ front: FrontEnd, _ model: FinetuneModel, _ machine: Machine
  ) throws(CheckpointError) {
    guard model.isBackboneStill, data.crop.isWhole, data.isOnlyCut else {
      self = .features(data)
      return
    }
    let embedder = Embedder(model.network, workers: machine.workers.count)
    let vectors = try data.manifest.embeddings(embedder, FeatureExtractor(front), machine) { _, _ in }
    self = .embeddings(vectors, labels: data.manifest.items.map { $0.label ?? 0 })
  }

  /// Takes a step with this process's share of each batch of a plan, and gives the batch's loss to `body`.
  func forEachStep(
    _ plan: EpochPlan, _ method: Finetune<FastKernels>, from first: Int,
    rates: (_ step: Int) -> (learningRate: Double, margin: Double),
    _ body: (_ step: Int, Loss) throws(CheckpointError) -> Bool
  ) throws(CheckpointError) {
    let rest = EpochPlan(
      epoch: plan.epoch, batches: plan.batches.dropFirst(first).map(method.machine.processes.share))
    switch self {
    case .features(let data):
      let batches = try data.batches(rest)
      var step = first
      while let batch = try batches.next() {
        let (rate, margin) = rates(step)
        let loss = try method.step(
          features: batch.features, frames: batch.frames, labels: batch.labels, learningRate: rate,
          margin: margin)
        guard try body(step, loss) else { return }
        step += 1
      }
    case .embeddings(let vectors, let labels):
      for (offset, items) in rest.batches.enumerated() {
        let (rate, margin) = rates(first + offset)
        let loss = try method.step(
          embeddings: items.flatMap { vectors[$0] }, labels: items.map { labels[$0] }, learningRate: rate,
          margin: margin)
        guard try body(first + offset, loss) else { return }
      }
    }
  }
}
