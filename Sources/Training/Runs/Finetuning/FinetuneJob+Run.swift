// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FinetuneJob {
  /// Trains and writes checkpoints. Of several processes the first writes.
  ///
  /// - Throws: `overflow` where the loss is no number any more; what reading the data and writing throws.
  package func run(_ observer: some FinetuneObserver) throws(CheckpointError) -> FinetuneReport {
    var report = FinetuneReport(plan: plan, loading: table)
    processes.share([model.network.registry, model.classifier.registry])
    if writes { try beginWriting() }
    let judge = heldOut.map {
      HeldOutJudge(
        $0, model.network, method.machine, budget: cacheBudget, isStill: model.isBackboneStill)
    }
    let journal = try writes ? FinetuneJournal(options.output, logStart) : nil
    if resumed == nil, let judge {
      let judgement = try judge.judge(model.classifier)
      report.heldOutBefore = judgement.accuracy
      try journal?.began(judgement)
    }
    report.resumedAt = resumed?.state.iteration
    report.best = resumed?.state.best
    observer.began(heldOut: report.heldOutBefore, resumedAt: report.resumedAt)
    var keeper = CheckpointKeeper(
      keep: options.keep, saveEvery: options.saveEvery,
      own: resumed == nil || !writes ? [] : try ResumePoint.all(in: options.output))
    if writes, let resumed { keeper.tidy(after: resumed.folder, resumed.state) }
    var source: (ExampleSource, isStill: Bool)?
    for epoch in firstEpoch..<(max(firstEpoch, options.epochs + 1))
    where max(iteration(epoch, 0), iterationsBefore) < lastIteration {
      try model.freeze(options, epoch: epoch)
      if !model.isBackboneStill { judge?.backboneMoves() }
      if source == nil || source?.isStill != model.isBackboneStill {
        source = (try ExampleSource(data, front, model, method.machine), model.isBackboneStill)
      }
      guard let examples = source?.0 else { break }
      let clock = ContinuousClock.now
      let isFirst = epoch == firstEpoch
      var (figures, done, sums) = try train(
        epoch, examples, from: isFirst ? resumed?.state : nil, best: report.best, &keeper, journal, observer)
      if let judge {
        let judgement = try judge.judge(model.classifier)
        figures.heldOutAccuracy = judgement.accuracy
        figures.heldOutEER = judgement.equalErrorRate
      }
      report.epochs.append(figures)
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      observer.finished(figures, seconds: seconds)
      let over = min(iteration(epoch + 1, 0), lastIteration)
      try journal?.finished(figures, steps: over - iteration(epoch, 0), iteration: over, seconds: seconds)
      // An epoch that --steps ended is judged when it is over: a run that goes on must find what it would have found.
      let isWhole = over == iteration(epoch + 1, 0)
      let isBest = isWhole && note(figures, in: &report)
      let isLast = epoch == options.epochs || iteration(epoch + 1, 0) >= lastIteration
      guard writes, epoch % options.saveEvery == 0 || isLast || isBest else { continue }
      try journal?.sync()
      // A run that --steps ends within an epoch can go on from there.
      let state =
        try isWhole
        ? state(epoch: epoch, step: 0, best: report.best)
        : state(epoch: epoch - 1, step: done, best: report.best, sums: sums)
      let folder = try writer.write(
        model, method.optimizer, state, after: epoch, unixtime: FileSystem.now())
      observer.wrote(folder)
      if isBest, let best = report.best { try writer.note(best, in: folder) }
      keeper.wrote(folder, state)
    }
    report.checkpoints = keeper.written
    return report
  }

  /// Steps that were over before this run.
  private var iterationsBefore: Int { resumed?.state.iteration ?? 0 }

  private var logStart: RunLog.Start {
    guard let resumed else { return .fresh(replacing: options.isBeside || options.resumes) }
    let goesOn = resumed.isWithinEpoch && iterationsBefore < lastIteration
    return .resuming(iteration: iterationsBefore, within: goesOn ? firstEpoch : nil)
  }

  private func beginWriting() throws(CheckpointError) {
    guard let resumed else { return try writer.begin() }
    OutputFolder.sweep(writer.models)
    // The process may have been killed between a checkpoint and the note about it.
    if let best = resumed.state.best, best.epoch == resumed.state.epoch, !resumed.isWithinEpoch {
      try writer.note(best, in: resumed.folder)
    }
  }

  /// Whether an epoch is the best so far; enters it in the report.
  private func note(_ figures: EpochFigures, in report: inout FinetuneReport) -> Bool {
    guard heldOut != nil || options.bestBy == .loss, let value = figures.value(of: options.bestBy) else {
      return false
    }
    if let best = report.best, !options.bestBy.isBetter(value, than: best.value) { return false }
    report.best = .init(metric: options.bestBy.rawValue, value: value, epoch: figures.epoch)
    return true
  }

  /// Steps that are over when an epoch's step is to come, counted from 0 over the whole run.
  private func iteration(_ epoch: Int, _ step: Int) -> Int { (epoch - 1) * steps + step }

  /// Steps that the run has.
  private var lastIteration: Int { min(options.steps ?? .max, options.epochs * steps) }

  private func train(
    _ epoch: Int, _ source: ExampleSource, from resumed: TrainingState?, best: TrainingState.Best?,
    _ keeper: inout CheckpointKeeper, _ journal: FinetuneJournal?, _ observer: some FinetuneObserver
  ) throws(CheckpointError) -> (figures: EpochFigures, done: Int, sums: [String: Double]) {
    let schedules = options.schedules(stepsPerEpoch: steps)
    let plan = try EpochPlan(
      options.order, items: data.count, batchSize: options.batchSize, seed: options.seed, epoch: epoch)
    var sums = resumed?.sums ?? [:]
    var last = (rate: 0.0, margin: 0.0)
    let first = resumed?.step ?? 0
    var done = first
    try source.forEachStep(
      plan, method, from: first,
      rates: { step in
        last = (
          schedules.rate.value(at: iteration(epoch, step)), schedules.margin.value(at: iteration(epoch, step))
        )
        return (last.rate, last.margin)
      }
    ) { step, loss throws(CheckpointError) in
      // All processes have the same loss; one says so, and ends the others.
      guard loss.value.isFinite || !writes else {
        throw explained(
          CheckpointError(
            .overflow, "the loss is no number any more, in epoch \(epoch) at step \(step + 1) of \(steps)",
            hint: "a lower --lr or a longer --warmup-epochs"),
          plan, step)
      }
      done = step + 1
      let size = plan.batches[step].count
      sums["loss", default: 0] += loss.value
      sums["correct", default: 0] += Double(loss.correct)
      sums["utterances", default: 0] += Double(size)
      let over = iteration(epoch, done)
      let figures = StepFigures(
        epoch: epoch, step: done, steps: plan.batches.count, iteration: over, iterations: lastIteration,
        utterances: size, loss: loss.value, accuracy: Double(loss.correct) / Double(size),
        learningRate: last.rate, margin: last.margin)
      observer.stepped(figures)
      try journal?.stepped(figures)
      if writes, let every = options.saveSteps, over % every == 0, done < plan.batches.count,
        over < lastIteration
      {
        try journal?.sync()
        let state = try state(epoch: epoch - 1, step: done, best: best, sums: sums)
        let folder = try writer.write(
          model, method.optimizer, state, after: nil, unixtime: FileSystem.now())
        observer.wrote(folder)
        keeper.wrote(folder, state)
      }
      return over < lastIteration
    }
    let figures = EpochFigures(
      epoch: epoch, loss: sums["loss", default: 0] / Double(max(1, done)),
      accuracy: sums["correct", default: 0] / max(1, sums["utterances", default: 0]),
      learningRate: last.rate, margin: last.margin)
    return (figures, done, sums)
  }

  /// The error with silent recordings named: those of the batch, or of the one before it, whose gradients moved the
  /// weights.
  private func explained(_ error: CheckpointError, _ plan: EpochPlan, _ step: Int) -> CheckpointError {
    let places = [(step, "this batch"), (step - 1, "the batch before it")]
    for (step, place) in places where plan.batches.indices.contains(step) {
      let found = Silence.explain(error, data.manifest, plan.batches[step], place) {
        data.isSilent($0, epoch: plan.epoch)
      }
      if let found { return found }
    }
    return error
  }
}
