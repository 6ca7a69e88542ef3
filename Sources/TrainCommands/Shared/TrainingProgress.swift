// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

/// Shows a fine-tuning run on standard error.
final class TrainingProgress: FinetuneObserver {
  private let lines: RunLines
  private let epochs: Int

  init(_ options: FinetuneOptions) {
    var columns: Set<LiveTable.Column> = [.accuracy, .margin]
    if options.heldOut != nil { columns.formUnion([.heldOut, .equalErrorRate]) }
    if options.trials != nil { columns.insert(.trials) }
    if options.oldTrials != nil { columns.insert(.oldTrials) }
    lines = RunLines(columns)
    epochs = options.epochs
  }

  func began(_ before: EpochJudgement?, resumedAt: Int?) {
    if let resumedAt { lines.say("going on after step \(resumedAt)") }
    if var before {
      // It stands in the log.
      before.heldOutEER = nil
      lines.say("before the first step: \(before.text)")
    }
  }

  func stepped(_ step: StepFigures) {
    lines.stepped(
      epoch: step.epoch, epochs: epochs, step: step.step, steps: step.steps, loss: step.loss,
      size: step.utterances, left: step.iterations - step.iteration)
  }

  func finished(_ figures: EpochFigures, seconds: Double) {
    lines.finished(
      LiveTable.Epoch(
        epoch: figures.epoch, loss: figures.loss, accuracy: figures.accuracy,
        learningRate: figures.learningRate, margin: figures.margin,
        heldOutAccuracy: figures.heldOutAccuracy, equalErrorRate: figures.heldOutEER,
        trialErrorRate: figures.trialEER, oldTrialErrorRate: figures.oldTrialEER, seconds: seconds,
        utterances: 0))
  }

  func stopped(_ stop: EarlyStop) { lines.say(stop.text) }

  func averaged(_ average: AverageReport) { lines.say(average.text) }

  func blended(_ blend: BlendReport) {
    let names = blend.points[0].judgement.figures.map(\.name)
    var table = TextTable([.left] + names.map { _ in .right })
    table.add(["end's share"] + names)
    for point in blend.points {
      table.add([Decimals.text(point.share, places: 1)] + point.judgement.figures.map(\.text))
    }
    for line in table.lines { lines.say(line) }
    lines.say(blend.text)
  }

  func wrote(_ folder: String) { lines.say("wrote \(folder)") }
}
