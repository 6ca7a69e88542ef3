// SPDX-License-Identifier: Apache-2.0

/// Lines that show a run on a terminal: a header once, a row an epoch, and a last line that moves with the steps.
///
/// It renders; who prints decides where. Columns have fixed widths, so rows that come one by one stand aligned.
package struct LiveTable: Sendable {
  /// An epoch's figures; what is nil is shown as `-`.
  package struct Epoch: Sendable, Equatable {
    package var epoch: Int
    package var loss: Double
    /// Shares of 1.
    package var accuracy: Double?
    package var learningRate: Double
    /// In radians.
    package var margin: Double?
    package var heldOutAccuracy: Double?
    package var equalErrorRate: Double?
    package var trialErrorRate: Double?
    package var oldTrialErrorRate: Double?
    package var seconds: Double
    package var utterances: Int

    package init(
      epoch: Int, loss: Double, accuracy: Double? = nil, learningRate: Double, margin: Double? = nil,
      heldOutAccuracy: Double? = nil, equalErrorRate: Double? = nil,
      trialErrorRate: Double? = nil, oldTrialErrorRate: Double? = nil, seconds: Double, utterances: Int
    ) {
      self.epoch = epoch
      self.loss = loss
      self.accuracy = accuracy
      self.learningRate = learningRate
      self.margin = margin
      self.heldOutAccuracy = heldOutAccuracy
      self.equalErrorRate = equalErrorRate
      self.trialErrorRate = trialErrorRate
      self.oldTrialErrorRate = oldTrialErrorRate
      self.seconds = seconds
      self.utterances = utterances
    }
  }

  /// How far a run is within an epoch.
  package struct Step: Sendable, Equatable {
    package var epoch: Int
    package var epochs: Int
    package var step: Int
    package var steps: Int
    /// The step's own, or a mean over the last few.
    package var loss: Double
    /// Utterances done since this process began, and those that are still to do.
    package var done: Int
    package var left: Int
    /// Since this process began.
    package var seconds: Double

    package init(
      epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, done: Int, left: Int, seconds: Double
    ) {
      self.epoch = epoch
      self.epochs = epochs
      self.step = step
      self.steps = steps
      self.loss = loss
      self.done = done
      self.left = left
      self.seconds = seconds
    }
  }

  /// Columns beyond those that every run has.
  package enum Column: Sendable { case accuracy, margin, heldOut, equalErrorRate, trials, oldTrials }

  private let columns: Set<Column>

  package init(_ columns: Set<Column>) { self.columns = columns }

  package var header: String {
    Self.line(cells.map { ($0.title, $0.width) })
  }

  package func row(_ epoch: Epoch) -> String {
    Self.line(cells.map { ($0.text(epoch), $0.width) })
  }

  private struct Cell {
    var title: String
    var width: Int
    var text: (Epoch) -> String
  }

  private var cells: [Cell] {
    func percent(_ share: Double?) -> String { share.map { Decimals.text($0 * 100, places: 2) } ?? "-" }
    var cells = [
      Cell(title: "epoch", width: 5) { String($0.epoch) },
      Cell(title: "loss", width: 9) { Decimals.text($0.loss, places: 4) },
    ]
    if columns.contains(.accuracy) {
      cells.append(Cell(title: "acc %", width: 6) { percent($0.accuracy) })
    }
    cells.append(Cell(title: "lr", width: 9) { Decimals.text($0.learningRate, places: 7) })
    if columns.contains(.margin) {
      cells.append(
        Cell(title: "margin", width: 6) { $0.margin.map { Decimals.text($0, places: 3) } ?? "-" })
    }
    if columns.contains(.heldOut) {
      cells.append(Cell(title: "held out %", width: 10) { percent($0.heldOutAccuracy) })
    }
    if columns.contains(.equalErrorRate) {
      cells.append(Cell(title: "EER %", width: 6) { percent($0.equalErrorRate) })
    }
    if columns.contains(.trials) {
      cells.append(Cell(title: "trials %", width: 8) { percent($0.trialErrorRate) })
    }
    if columns.contains(.oldTrials) {
      cells.append(Cell(title: "old %", width: 6) { percent($0.oldTrialErrorRate) })
    }
    cells.append(Cell(title: "time", width: 7) { Self.clock($0.seconds) })
    cells.append(
      Cell(title: "utt/s", width: 7) {
        Decimals.text(Double($0.utterances) / max($0.seconds, 1e-6), places: 1)
      })
    return cells
  }

  private static func line(_ cells: [(text: String, width: Int)]) -> String {
    cells.map { cell in
      String(repeating: " ", count: max(0, cell.width - cell.text.count)) + cell.text
    }.joined(separator: "  ")
  }

  /// `epoch 3/20 [#####...............]  12/48  loss 1.2345  52.1 utt/s  1:02:03 left`, at most `width` characters.
  package func progress(_ step: Step, width: Int) -> String {
    let rate = Double(step.done) / max(step.seconds, 1e-6)
    var line = "epoch \(step.epoch)/\(step.epochs) [\(Self.bar(step.step, of: step.steps))]"
    let count = String(step.step)
    let padding = String(repeating: " ", count: max(0, String(step.steps).count - count.count))
    line += "  \(padding)\(count)/\(step.steps)  loss \(Decimals.text(step.loss, places: 4))"
    line += "  \(Decimals.text(rate, places: 1)) utt/s"
    if rate > 0, step.left > 0 { line += "  \(Self.clock(Double(step.left) / rate)) left" }
    // A line that wraps could not be taken back.
    return String(line.prefix(max(0, width)))
  }

  private static func bar(_ step: Int, of steps: Int) -> String {
    let done = steps > 0 ? min(20, 20 * step / steps) : 0
    return String(repeating: "#", count: done) + String(repeating: ".", count: 20 - done)
  }

  /// `0:07`, `12:34`, `1:02:03`; seconds are rounded up, so that time left is never 0:00.
  package static func clock(_ seconds: Double) -> String {
    guard let whole = Int(exactly: seconds.rounded(.up)), whole >= 0 else { return "-" }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (minutes, rest) = (whole / 60, whole % 60)
    if minutes < 60 { return "\(minutes):\(two(rest))" }
    return "\(minutes / 60):\(two(minutes % 60)):\(two(rest))"
  }
}
