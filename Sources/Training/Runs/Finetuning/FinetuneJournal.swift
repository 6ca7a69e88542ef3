// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A fine-tuning run's figures in `metrics.jsonl` and TensorBoard's events.
struct FinetuneJournal {
  private let log: RunLog

  init(_ experiment: String, _ start: RunLog.Start) throws(CheckpointError) {
    log = try RunLog(in: experiment, start)
  }

  /// The judgement before the first step.
  func began(_ judgement: EpochJudgement) throws(CheckpointError) {
    try log.record(
      MetricsLine(
        .epoch, epoch: 0, step: 0, iteration: 0, time: FileSystem.now(),
        values: Self.values(judgement)))
  }

  func stepped(_ step: StepFigures) throws(CheckpointError) {
    try log.record(
      MetricsLine(
        .step, epoch: step.epoch, step: step.step, iteration: step.iteration, time: FileSystem.now(),
        values: [
          Metric.stepLoss: step.loss, Metric.stepAccuracy: step.accuracy,
          Metric.learningRate: step.learningRate, Metric.margin: step.margin,
        ]))
  }

  func finished(
    _ figures: EpochFigures, steps: Int, iteration: Int, seconds: Double
  ) throws(CheckpointError) {
    var values = Self.values(figures.judgement)
    values[Metric.loss] = figures.loss
    values[Metric.accuracy] = figures.accuracy
    values[Metric.learningRate] = figures.learningRate
    values[Metric.margin] = figures.margin
    values[Metric.seconds] = seconds
    try log.record(
      MetricsLine(
        .epoch, epoch: figures.epoch, step: steps, iteration: iteration, time: FileSystem.now(),
        values: values)
    )
  }

  /// The points that were tried between the start and the end of a run, and which one was kept.
  ///
  /// - Parameter state: where the run stood.
  func blended(_ blend: BlendReport, _ state: TrainingState) throws(CheckpointError) {
    for point in blend.points {
      var values = Self.values(point.judgement)
      values[Metric.share] = point.share
      if point.share == blend.share { values[Metric.kept] = 1 }
      try log.note(
        MetricsLine(
          .blend, epoch: state.epoch, step: state.step, iteration: state.iteration, time: FileSystem.now(),
          values: values))
    }
    try sync()
  }

  /// To be called before a checkpoint is written.
  func sync() throws(CheckpointError) { try log.sync() }

  private static func values(_ judgement: EpochJudgement) -> [String: Double] {
    var values: [String: Double] = [:]
    values[Metric.heldOutAccuracy] = judgement.heldOutAccuracy
    values[Metric.equalErrorRate] = judgement.heldOutEER
    values[Metric.trialErrorRate] = judgement.trialEER
    values[Metric.oldTrialErrorRate] = judgement.oldTrialEER
    return values
  }
}
