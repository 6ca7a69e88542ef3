// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Follows a self-supervised run.
package protocol DINOObserver {
  func began(_ plan: DINOPlan)
  /// After each step; `iteration` steps of `iterations` are over.
  func stepped(
    epoch: Int, step: Int, steps: Int, iteration: Int, iterations: Int, utterances: Int, loss: Double)
  func finished(_ figures: DINOFigures, seconds: Double)
  func wrote(_ path: String)
}

extension DINOJob {
  /// Makes sure that all processes are about to make the same run.
  ///
  /// - Throws: `contradiction`, in every process, where they are not.
  package func checkSameRun() throws(CheckpointError) {
    try processes.checkSame(state(epoch: start.epoch, step: start.step, sums: start.sums))
  }

  /// One process writes for all.
  private var writes: Bool { processes.rank == 0 }

  /// Trains and writes checkpoints. Of several processes the first writes.
  ///
  /// - Throws: `overflow` where a loss is no number any more; what reading the data and writing throws.
  package func run(_ observer: some DINOObserver) throws(CheckpointError) -> DINOReport {
    let record = try provenance()
    var report = DINOReport(plan: plan)
    trainer.share(processes)
    if writes { try writer.begin() }
    let first = start.epoch * steps + start.step
    let log =
      try writes
      ? RunLog(
        in: options.output,
        first == 0
          ? .fresh(replacing: options.replaces || options.resume != nil)
          : .resuming(iteration: first, within: start.step > 0 ? start.epoch + 1 : nil))
      : nil
    observer.began(report.plan)
    let schedules = options.schedules(epochs: epochs, stepsPerEpoch: steps)
    for epoch in clock.epochs {
      let began = ContinuousClock.now
      let (figures, done, sums) = try train(epoch, schedules, log, observer)
      report.epochs.append(figures)
      observer.finished(figures, seconds: (ContinuousClock.now - began) / .seconds(1))
      guard writes else { continue }
      try log?.record(line(.epoch, epoch, done, figures.losses, figures.learningRate))
      try log?.sync()
      let isWhole = clock.isWhole(epoch)
      let state = try isWhole ? state(epoch: epoch + 1, step: 0) : state(epoch: epoch, step: done, sums: sums)
      let document = try trainer.document(epoch: isWhole ? epoch + 1 : epoch, run: state)
      report.checkpoints = try writer.write(document, after: isWhole ? epoch : nil)
      for path in report.checkpoints { observer.wrote(path) }
    }
    if let record {
      // Where no epoch was left, the file that the run went on from is its own, or there is none.
      let written = report.checkpoints.isEmpty ? [writer.newest] : report.checkpoints
      try record.finish(checkpoints: written)
      observer.wrote(record.path)
    }
    return report
  }

  /// The epochs that are to come. One that the run's last file stands in is gone through even where no step of it is
  /// left: its figures and its file are written again.
  private var clock: EpochClock {
    EpochClock(
      origin: 0, epochs: epochs, stepsPerEpoch: steps, steps: options.steps, done: start.epoch * steps)
  }

  private func train(
    _ epoch: Int, _ schedules: DistillationSchedules, _ log: RunLog?, _ observer: some DINOObserver
  ) throws(CheckpointError) -> (figures: DINOFigures, done: Int, sums: [String: Double]) {
    let plan = try EpochPlan(
      options.order, items: data.count, batchSize: options.batchSize, seed: options.seed, epoch: epoch)
    let clock = clock
    let isFirst = epoch == start.epoch
    var done = isFirst ? start.step : 0
    var sums = isFirst ? start.sums : [:]
    var numbers = schedules.step(at: clock.iteration(epoch, done))
    let rest = EpochPlan(epoch: epoch, batches: plan.batches.dropFirst(done).map(processes.share))
    let batches = try data.batches(rest, threads: 2)
    while clock.iteration(epoch, done) < clock.last, let batch = try batches.next() {
      numbers = schedules.step(at: clock.iteration(epoch, done))
      let losses: [String: Double]
      do throws(CheckpointError) {
        losses = try trainer.advance(batch, numbers)
      } catch {
        guard error.code == .overflow else { throw error }
        throw explained(error, plan, done)
      }
      done += 1
      for (name, value) in losses { sums[name, default: 0] += value }
      let over = clock.iteration(epoch, done)
      let loss = losses["loss"] ?? 0
      observer.stepped(
        epoch: epoch, step: done, steps: plan.batches.count, iteration: over, iterations: clock.last,
        utterances: options.batchSize, loss: loss)
      try log?.record(line(.step, epoch, done, ["step": loss], numbers.learningRate))
      if writes, let every = options.saveSteps, over % every == 0, done < plan.batches.count,
        over < clock.last
      {
        try log?.sync()
        let state = try state(epoch: epoch, step: done, sums: sums)
        _ = try writer.write(trainer.document(epoch: epoch, run: state), after: nil)
      }
    }
    let figures = DINOFigures(
      epoch: epoch, losses: sums.mapValues { $0 / Double(max(1, done)) }, learningRate: numbers.learningRate,
      teacherMomentum: numbers.teacherMomentum)
    return (figures, done, sums)
  }

  /// The error with its step, and silent recordings named: those of the batch, or of the one before it, whose gradients
  /// moved the weights.
  private func explained(_ error: CheckpointError, _ plan: EpochPlan, _ step: Int) -> CheckpointError {
    var error = error
    error.reason += ", in epoch \(plan.epoch + 1) at step \(step + 1) of \(plan.batches.count)"
    let places = [(step, "this batch"), (step - 1, "the batch before it")]
    for (step, place) in places where plan.batches.indices.contains(step) {
      let found = Silence.explain(error, data.manifest, plan.batches[step], place) {
        data.isSilent($0, epoch: plan.epoch)
      }
      if let found { return found }
    }
    return error
  }

  private func line(
    _ kind: MetricsLine.Kind, _ epoch: Int, _ step: Int, _ losses: [String: Double], _ rate: Double
  ) -> MetricsLine {
    var values = [Metric.learningRate: rate]
    for (name, value) in losses {
      values[name == "loss" ? Metric.loss : name == "step" ? Metric.stepLoss : "loss/\(name)"] = value
    }
    return MetricsLine(
      kind, epoch: epoch + 1, step: step, iteration: clock.iteration(epoch, step), time: FileSystem.now(),
      values: values)
  }
}
