// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

/// A run's lines on standard error: a table with a row an epoch, and on a terminal a line that moves with the steps.
final class RunLines {
  private let table: LiveTable
  /// Of several processes one shows the run.
  private let speaks = RunProcesses.current.rank == 0
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var isLive = false
  private var hasHeader = false
  private var done = 0
  private var utterances = 0

  init(_ columns: Set<LiveTable.Column>) { table = LiveTable(columns) }

  /// After a step of `size` utterances; `left` steps are to come in the whole run.
  func stepped(epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, size: Int, left: Int) {
    done += size
    utterances += size
    guard speaks, Standard.errorIsTerminal, ContinuousClock.now - lastShown > .milliseconds(200) else {
      return
    }
    lastShown = .now
    isLive = true
    let line = table.progress(
      LiveTable.Step(
        epoch: epoch, epochs: epochs, step: step, steps: steps, loss: loss, done: done, left: left * size,
        seconds: (ContinuousClock.now - start) / .seconds(1)), width: Standard.errorWidth - 1)
    Standard.error("\r\u{1B}[K" + line)
  }

  /// A row; `epoch` without the number of utterances, which is counted here.
  func finished(_ epoch: LiveTable.Epoch) {
    var epoch = epoch
    epoch.utterances = utterances
    utterances = 0
    if !hasHeader { say(table.header) }
    hasHeader = true
    say(table.row(epoch))
  }

  func say(_ line: String) {
    guard speaks else { return }
    Standard.error((isLive ? "\r\u{1B}[K" : "") + line + "\n")
    isLive = false
  }
}
