// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

/// A line an epoch on standard error; on a terminal also one that moves with the steps. Of several processes one speaks.
final class TrainingProgress: FinetuneObserver {
  private let speaks: Bool
  private var start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var isLive = false
  private var utterances = 0
  private var stepsDone = 0
  private var stepsLeft = 0

  init(speaks: Bool) { self.speaks = speaks }

  func began(heldOut: Double?, resumedAt: Int?) {
    if let resumedAt { say("going on after step \(resumedAt)") }
    if let heldOut { say("before   held out \(Words.fixed(heldOut * 100, 2)) %") }
    start = .now
  }

  func stepped(_ step: StepFigures) {
    utterances += step.utterances
    stepsDone += 1
    stepsLeft = step.iterations - step.iteration
    guard speaks, Standard.errorIsTerminal, ContinuousClock.now - lastShown > .milliseconds(200) else {
      return
    }
    lastShown = .now
    isLive = true
    let line = "epoch \(step.epoch)  step \(step.step) of \(step.steps)  \(pace)"
    Standard.error("\r\u{1B}[K" + line)
  }

  func finished(_ figures: EpochFigures, seconds: Double) {
    say("epoch \(figures.epoch)  \(figures.text)  \(pace)")
  }

  func wrote(_ folder: String) { say("wrote \(folder)") }

  private func say(_ line: String) {
    guard speaks else { return }
    Standard.error((isLive ? "\r\u{1B}[K" : "") + line + "\n")
    isLive = false
  }

  /// `152.3 utterances/s  0:41 left`
  private var pace: String {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let text = "\(Words.fixed(Double(utterances) / max(elapsed, 1e-6), 1)) utterances/s"
    guard stepsLeft > 0, stepsDone > 0 else { return text }
    let left = Int((elapsed / Double(stepsDone) * Double(stepsLeft)).rounded(.up))
    return text + "  \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
  }
}
