// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A fine-tuning job under way: what has been reported, written and judged so far.
///
/// Of several processes each has one of its own; the first writes.
struct FinetuneRun<Observer: FinetuneObserver> {
  let job: FinetuneJob
  let observer: Observer
  private let judge: EpochJudge
  let journal: FinetuneJournal?
  private(set) var report: FinetuneReport
  private var keeper: CheckpointKeeper
  /// What the steps are fed, and whether the backbone stood still when it was made.
  private var source: (examples: ExampleSource, isStill: Bool)?

  /// The run's checkpoints that stand, by name: of a run that was stopped and goes on, the earlier ones too.
  var standing: [String] { keeper.standing }

  /// Those that the average is of, as it stands now.
  var averaged: [ResumePoint] { keeper.averaged }

  /// The furthest checkpoint; nil where another process writes them.
  var newest: ResumePoint? { keeper.newest }

  /// Enters an average that was written in the report.
  mutating func tell(_ average: AverageReport) {
    report.average = average
    observer.averaged(average)
    observer.wrote(average.folder)
  }

  /// Enters a blend that was written in the report.
  mutating func tell(_ blend: BlendReport) {
    report.blend = blend
    observer.blended(blend)
    observer.wrote(blend.folder)
  }

  /// Everything before the first step: folders, logs, and the judgement of what the run begins with.
  init(_ job: FinetuneJob, _ observer: Observer) throws(CheckpointError) {
    self.job = job
    self.observer = observer
    let (options, resumed) = (job.options, job.resumed)
    report = FinetuneReport(plan: job.plan, loading: job.table)
    job.processes.share([job.model.network.registry, job.model.classifier.registry])
    if job.writes { try job.beginWriting() }
    judge = EpochJudge(job)
    journal = try job.writes ? FinetuneJournal(options.output, job.logStart) : nil
    let before = try resumed == nil && judge.judgesAnything ? judge.judge() : nil
    report.heldOutBefore = before?.heldOutAccuracy
    (report.trialsBefore, report.oldTrialsBefore) = (before?.trialEER, before?.oldTrialEER)
    if let before { try journal?.began(before) }
    report.resumedAt = resumed?.state.iteration
    report.best = resumed?.state.best
    observer.began(before, resumedAt: report.resumedAt)
    keeper = CheckpointKeeper(
      options, own: resumed == nil || !job.writes ? [] : try ResumePoint.all(in: options.output))
    if job.writes, let resumed { keeper.tidy(after: resumed.folder, resumed.state) }
    report.checkpoints = keeper.written
    if let state = resumed?.state, state.step == 0, !job.clock.epochs.isEmpty {
      stop(after: state.epoch)
    }
  }

  /// One epoch, or what is left of it: its steps, the judgement after them, the checkpoint that is due.
  mutating func go(through epoch: Int) throws(CheckpointError) {
    let examples = try examples(in: epoch)
    let start = ContinuousClock.now
    var (figures, steps) = try train(epoch, examples)
    figures.judgement = try judge.judge()
    report.epochs.append(figures)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    observer.finished(figures, seconds: seconds)
    let over = job.clock.end(of: epoch)
    try journal?.finished(
      figures, steps: over - job.clock.iteration(epoch, 0), iteration: over, seconds: seconds)
    // An epoch that --steps ended is judged when it is over: a run that goes on must find what it would have found.
    let isBest = job.clock.isWhole(epoch) && note(figures)
    let isLast = job.clock.isLast(epoch)
    if !isLast { stop(after: epoch) }
    let isDue =
      epoch % job.options.saveEvery == 0 || isLast || report.stop != nil || isBest
      || job.options.average != nil
    guard job.writes, isDue else { return }
    try save(
      after: epoch, steps, isBest: isBest,
      figure: job.options.average?.takesBest == true ? figures.value(of: job.options.bestBy) : nil)
  }

  /// Ends the run after an epoch where its patience is at an end.
  private mutating func stop(after epoch: Int) {
    report.stop = EarlyStop(after: epoch, best: report.best, job.options)
    if let stop = report.stop { observer.stopped(stop) }
  }

  /// Freezes and thaws what the epoch wants; what the steps are fed is made anew where the backbone begins to move.
  private mutating func examples(in epoch: Int) throws(CheckpointError) -> ExampleSource {
    try job.model.freeze(job.options, epoch: epoch)
    let isStill = job.model.isBackboneStill
    if !isStill { judge.backboneMoves() }
    if let source, source.isStill == isStill { return source.examples }
    let examples = try ExampleSource(job.data, job.front, job.model, job.method.machine)
    source = (examples, isStill)
    return examples
  }

  /// Whether an epoch is the best so far; enters it in the report.
  private mutating func note(_ figures: EpochFigures) -> Bool {
    let metric = job.options.bestBy
    guard job.options.canJudge, let value = figures.value(of: metric) else { return false }
    if let best = report.best, !metric.isBetter(value, than: best.value) { return false }
    report.best = .init(metric: metric.rawValue, value: value, epoch: figures.epoch)
    return true
  }

  /// The checkpoint after an epoch. A run that --steps ended within it can go on from there.
  private mutating func save(
    after epoch: Int, _ steps: TrainedSteps, isBest: Bool, figure: Double?
  ) throws(CheckpointError) {
    let state =
      try job.clock.isWhole(epoch)
      ? job.state(epoch: epoch, step: 0, best: report.best, figure: figure)
      : job.state(epoch: epoch - 1, step: steps.done, best: report.best, sums: steps.sums)
    let folder = try write(state, after: epoch)
    if isBest, let best = report.best { try job.writer.note(best, in: folder) }
    keep(folder, state)
  }

  /// A checkpoint within an epoch, to go on from.
  mutating func save(within epoch: Int, _ steps: TrainedSteps) throws(CheckpointError) {
    let state = try job.state(epoch: epoch - 1, step: steps.done, best: report.best, sums: steps.sums)
    keep(try write(state, after: nil), state)
  }

  private func write(_ state: TrainingState, after epoch: Int?) throws(CheckpointError) -> String {
    try journal?.sync()
    let folder = try job.writer.write(
      job.model, job.method.optimizer, state, after: epoch, unixtime: FileSystem.now())
    observer.wrote(folder)
    return folder
  }

  /// Lets those go that a checkpoint which stands makes needless.
  private mutating func keep(_ folder: String, _ state: TrainingState) {
    keeper.wrote(folder, state)
    report.checkpoints = keeper.written
  }
}
