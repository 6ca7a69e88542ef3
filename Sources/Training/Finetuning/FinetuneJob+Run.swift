// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Follows a run: lines for people go to standard error.
package protocol FinetuneObserver {
  /// The held-out accuracy before the first step.
  func began(heldOut: Double?)
  /// After each step of an epoch: utterances so far in the whole run, and in all.
  func stepped(epoch: Int, step: Int, of steps: Int, utterances: Int, total: Int)
  func finished(_ figures: EpochFigures, utterances: Int, total: Int)
  func wrote(_ folder: String)
}

extension FinetuneJob {
  /// Trains and writes checkpoints.
  ///
  /// - Throws: `overflow` where the loss is no number any more; what reading the data and writing throws.
  package func run(_ observer: some FinetuneObserver) throws(CheckpointError) -> FinetuneReport {
    var report = FinetuneReport(plan: plan, loading: table)
    try writer.begin()
    let embedder = heldOut.map { _ in Embedder(method.network, workers: method.machine.workers.count) }
    if let heldOut, let embedder {
      report.heldOutBefore = try heldOut.accuracy(embedder, method.classifier, method.machine)
    }
    observer.began(heldOut: report.heldOutBefore)
    for epoch in 1...options.epochs {
      var figures = try train(epoch, observer)
      if let heldOut, let embedder {
        figures.heldOutAccuracy = try heldOut.accuracy(embedder, method.classifier, method.machine)
      }
      report.epochs.append(figures)
      observer.finished(figures, utterances: epoch * perEpoch, total: options.epochs * perEpoch)
      if epoch % options.saveEvery == 0 || epoch == options.epochs {
        let folder = try writer.write(
          epoch: epoch, method.network, method.classifier, unixtime: FileSystem.now())
        report.checkpoints.append(folder)
        observer.wrote(folder)
      }
    }
    return report
  }

  private var perEpoch: Int { steps * options.batchSize }

  private func train(_ epoch: Int, _ observer: some FinetuneObserver) throws(CheckpointError) -> EpochFigures
  {
    let rates = WarmupCosine(
      minimum: options.minimumRate, maximum: options.learningRate, warmupEpochs: options.warmupEpochs,
      fixEpoch: options.epochs, stepsPerEpoch: steps)
    let margins = MarginSchedule(
      final: options.margin, startEpoch: options.marginStart, fixEpoch: options.marginEnd,
      stepsPerEpoch: steps)
    let plan = try EpochPlan(
      items: data.count, batchSize: options.batchSize, seed: options.seed, epoch: epoch)
    let batches = try data.batches(plan)
    var figures = EpochFigures(epoch: epoch, loss: 0, accuracy: 0, learningRate: 0, margin: 0)
    var step = 0
    while let batch = try batches.next() {
      let iteration = (epoch - 1) * steps + step
      figures.learningRate = rates.value(at: iteration)
      figures.margin = options.classifier == .cosine ? margins.value(at: iteration) : 0
      let loss = try method.step(
        features: batch.features, frames: batch.frames, labels: batch.labels,
        learningRate: figures.learningRate, margin: figures.margin)
      guard loss.value.isFinite else {
        throw CheckpointError(
          .overflow, "the loss is no number any more, in epoch \(epoch) at step \(step + 1) of \(steps)",
          hint: "a lower --lr or a longer --warmup-epochs")
      }
      figures.loss += loss.value / Double(steps)
      figures.accuracy += Double(loss.correct) / Double(perEpoch)
      step += 1
      observer.stepped(
        epoch: epoch, step: step, of: steps, utterances: iteration * options.batchSize + batch.count,
        total: options.epochs * perEpoch)
    }
    return figures
  }
}
