// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What an epoch's steps came to.
struct TrainedSteps {
  /// Steps that are over in the epoch, those before the run was resumed among them.
  var done: Int
  /// Over those steps, by figure.
  var sums: [String: Double]
  var rate = 0.0
  var margin = 0.0

  mutating func add(_ loss: Loss, utterances: Int) {
    done += 1
    sums["loss", default: 0] += loss.value
    sums["correct", default: 0] += Double(loss.correct)
    sums["utterances", default: 0] += Double(utterances)
  }

  func figures(of epoch: Int) -> EpochFigures {
    EpochFigures(
      epoch: epoch, loss: sums["loss", default: 0] / Double(max(1, done)),
      accuracy: sums["correct", default: 0] / max(1, sums["utterances", default: 0]), learningRate: rate,
      margin: margin)
  }
}

extension FinetuneRun {
  /// The steps of an epoch that are not over yet, up to where the run ends.
  mutating func train(
    _ epoch: Int, _ source: ExampleSource
  ) throws(CheckpointError) -> (figures: EpochFigures, steps: TrainedSteps) {
    let (options, clock) = (job.options, job.clock)
    let schedules = options.schedules(stepsPerEpoch: job.steps)
    let plan = try EpochPlan(
      options.order, items: job.data.count, batchSize: options.batchSize, seed: options.seed, epoch: epoch)
    let resumed = epoch == job.firstEpoch ? job.resumed?.state : nil
    var steps = TrainedSteps(done: resumed?.step ?? 0, sums: resumed?.sums ?? [:])
    try source.forEachStep(
      plan, job.method, from: steps.done,
      rates: { step in
        let iteration = clock.iteration(epoch, step)
        (steps.rate, steps.margin) = (
          schedules.rate.value(at: iteration), schedules.margin.value(at: iteration)
        )
        return (steps.rate, steps.margin)
      }
    ) { step, loss throws(CheckpointError) in
      try check(loss, plan, step)
      let size = plan.batches[step].count
      steps.add(loss, utterances: size)
      let over = clock.iteration(epoch, steps.done)
      try tell(
        StepFigures(
          epoch: epoch, step: steps.done, steps: plan.batches.count, iteration: over,
          iterations: clock.last, utterances: size, loss: loss.value,
          accuracy: Double(loss.correct) / Double(size), learningRate: steps.rate, margin: steps.margin))
      if job.writes, let every = options.saveSteps, over % every == 0, steps.done < plan.batches.count,
        over < clock.last
      {
        try save(within: epoch, steps)
      }
      return over < clock.last
    }
    return (steps.figures(of: epoch), steps)
  }

  private func tell(_ figures: StepFigures) throws(CheckpointError) {
    observer.stepped(figures)
    try journal?.stepped(figures)
  }

  /// - Throws: `overflow`. All processes have the same loss; one says so, and ends the others.
  private func check(_ loss: Loss, _ plan: EpochPlan, _ step: Int) throws(CheckpointError) {
    guard !loss.value.isFinite, job.writes else { return }
    throw explained(
      CheckpointError(
        .overflow,
        "the loss is no number any more, in epoch \(plan.epoch) at step \(step + 1) of \(job.steps)",
        hint: "a lower --lr or a longer --warmup-epochs"),
      plan, step)
  }

  /// The error with silent recordings named: those of the batch, or of the one before it, whose gradients moved the
  /// weights.
  private func explained(_ error: CheckpointError, _ plan: EpochPlan, _ step: Int) -> CheckpointError {
    let places = [(step, "this batch"), (step - 1, "the batch before it")]
    for (step, place) in places where plan.batches.indices.contains(step) {
      let found = Silence.explain(error, job.data.manifest, plan.batches[step], place) {
        job.data.isSilent($0, epoch: plan.epoch)
      }
      if let found { return found }
    }
    return error
  }
}
