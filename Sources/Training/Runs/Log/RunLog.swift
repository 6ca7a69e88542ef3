// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What a run leaves behind for people to see, while it goes: `EXP/metrics.jsonl` and TensorBoard's events.
package final class RunLog {
  package enum Start: Sendable, Equatable {
    /// A new run. Where there is a `metrics.jsonl` already, it goes if `replacing`, else it is an error. TensorBoard
    /// then forgets what older event files hold.
    case fresh(replacing: Bool)
    /// A run that goes on after so many steps, within an epoch where one is named: what an earlier run measured later than
    /// that is cut off, and what it said of that epoch as a whole.
    case resuming(iteration: Int, within: Int? = nil)
  }

  private let metrics: AppendedFile
  private let events: EventFile

  /// - Parameter experiment: a folder that exists.
  /// - Throws: `wouldOverwrite` for a fresh run where there is a `metrics.jsonl`; `corrupt`, with the line, where the one to
  ///   go on with is broken; `unwritable`.
  package init(
    in experiment: String, _ start: Start, time: Double = FileSystem.now()
  ) throws(CheckpointError) {
    let path = FilePath.join(experiment, MetricsFile.name)
    var kept: [UInt8] = []
    var again: [MetricsLine] = []
    var void: Int?
    switch start {
    case .fresh(let replacing):
      try OutputFile.check(path, replacing: replacing, inputs: [])
      if replacing { void = 0 }
    case .resuming(let iteration, let epoch):
      void = iteration + 1
      if FileSystem.kind(of: path) != .absent {
        let head = try MetricsFile.head(of: path, upTo: iteration, within: epoch)
        (kept, again, void) = (head.bytes, head.laterThanLost, head.firstLost ?? void)
      }
    }
    // Whole or not at all, so that a crash here loses nothing.
    let output = try OutputFile(path, replacing: start != .fresh(replacing: false), inputs: [])
    try output.write(kept, at: 0)
    try output.commit()
    metrics = try AppendedFile(path)
    events = try EventFile(in: experiment, voidingFrom: void, time: time)
    // TensorBoard forgets everything from an iteration on, and so what stays in the file too.
    for line in again { try events.append(line) }
  }

  /// Appends a line to both.
  package func record(_ line: MetricsLine) throws(CheckpointError) {
    try metrics.append(Array(try line.json().utf8))
    try events.append(line)
  }

  /// Appends a line to the metrics alone: what is no curve over the iterations.
  func note(_ line: MetricsLine) throws(CheckpointError) {
    try metrics.append(Array(try line.json().utf8))
  }

  /// Flushes both to disk. To be called before a checkpoint is written: a run that resumes from it then finds all lines up
  /// to it.
  package func sync() throws(CheckpointError) {
    try metrics.sync()
    try events.sync()
  }
}
