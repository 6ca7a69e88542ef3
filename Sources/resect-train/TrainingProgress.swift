// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

/// A line an epoch on standard error; on a terminal also one that moves with the steps.
final class TrainingProgress: FinetuneObserver {
  private var start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var isLive = false

  func began(heldOut: Double?) {
    if let heldOut { say("before   held out \(Words.fixed(heldOut * 100, 2)) %") }
    start = .now
  }

  func stepped(epoch: Int, step: Int, of steps: Int, utterances: Int, total: Int) {
    guard Standard.errorIsTerminal, ContinuousClock.now - lastShown > .milliseconds(200) else { return }
    lastShown = .now
    isLive = true
    let line = "epoch \(epoch)  step \(step) of \(steps)  \(pace(utterances, total))"
    Standard.error("\r\u{1B}[K" + line)
  }

  func finished(_ figures: EpochFigures, utterances: Int, total: Int) {
    say("epoch \(figures.epoch)  \(figures.text)  \(pace(utterances, total))")
  }

  func wrote(_ folder: String) { say("wrote \(folder)") }

  private func say(_ line: String) {
    Standard.error((isLive ? "\r\u{1B}[K" : "") + line + "\n")
    isLive = false
  }

  /// `152.3 utterances/s  0:41 left`
  private func pace(_ done: Int, _ total: Int) -> String {
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let rate = Double(done) / max(elapsed, 1e-6)
    let text = "\(Words.fixed(rate, 1)) utterances/s"
    guard done < total else { return text }
    let left = Int((Double(total - done) / rate).rounded(.up))
    return text + "  \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
  }
}
