// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

/// Shows a self-supervised run on standard error. Epochs are counted from 1 there, as in `finetune`.
final class DINOProgress: DINOObserver {
  private let lines = RunLines([])
  private var epochs = 0

  func began(_ plan: DINOPlan) {
    epochs = plan.epochs
    lines.say(String(plan.text.dropLast()))
  }

  func stepped(
    epoch: Int, step: Int, steps: Int, iteration: Int, iterations: Int, utterances: Int, loss: Double
  ) {
    lines.stepped(
      epoch: epoch + 1, epochs: epochs, step: step, steps: steps, loss: loss, size: utterances,
      left: iterations - iteration)
  }

  func finished(_ figures: DINOFigures, seconds: Double) {
    lines.finished(
      LiveTable.Epoch(
        epoch: figures.epoch + 1, loss: figures.losses["loss"] ?? 0, learningRate: figures.learningRate,
        seconds: seconds, utterances: 0))
  }

  func wrote(_ path: String) { lines.say("wrote \(path)") }
}
