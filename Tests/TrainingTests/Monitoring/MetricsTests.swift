// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct MetricsTests {
  static func step(_ iteration: Int, _ values: [String: Double]) -> MetricsLine {
    MetricsLine(
      .step, epoch: 1 + (iteration - 1) / 2, step: 1 + (iteration - 1) % 2, iteration: iteration,
      time: 100 + Double(iteration), values: values)
  }

  static func epoch(_ number: Int) -> MetricsLine {
    MetricsLine(
      .epoch, epoch: number, step: 2, iteration: 2 * number, time: 100.5 + Double(number),
      values: [Metric.loss: 1 / Double(number)])
  }

  /// Two steps an epoch.
  static func record(_ epochs: ClosedRange<Int>, _ log: RunLog) throws {
    for number in epochs {
      for iteration in 2 * number - 1...2 * number {
        try log.record(step(iteration, [Metric.stepLoss: Double(iteration) / 8]))
      }
      try log.record(epoch(number))
    }
  }

  @Test func `a line is one object, keys sorted, numbers without a word as strings`() throws {
    let line = Self.step(3, [Metric.stepLoss: .nan, Metric.learningRate: 0.5])
    #expect(
      try line.json()
        == #"{"epoch":2,"iteration":3,"kind":"step","loss/step":"NaN","lr":0.5,"schema":1,"step":1,"time":103}"#
        + "\n")
    let back = try MetricsLine(json: Array(line.json().utf8))
    #expect(back.values[Metric.stepLoss]?.isNaN == true)
    #expect((back.kind, back.epoch, back.step, back.iteration, back.time) == (.step, 2, 1, 3, 103))
    #expect(try MetricsLine(json: Array(Self.epoch(3).json().utf8)) == Self.epoch(3))
  }

  @Test(arguments: [
    ("[1]", "corrupt"), ("{", "corrupt"), (#"{"schema":2}"#, "unsupported"),
    (#"{"a":true,"schema":1}"#, "corrupt"),
    (#"{"schema":1,"kind":"day","epoch":1,"step":1,"iteration":1,"time":1}"#, "corrupt"),
    (#"{"schema":1,"kind":"step","epoch":-1,"step":1,"iteration":1,"time":1}"#, "corrupt"),
    (#"{"schema":1,"kind":"step","epoch":1,"step":1.5,"iteration":1,"time":1}"#, "corrupt"),
    (#"{"schema":1,"kind":"step","epoch":1,"step":1,"iteration":1}"#, "corrupt"),
  ]) func `what is no such line is refused`(text: String, code: String) {
    let error = #expect(throws: CheckpointError.self) { try MetricsLine(json: Array(text.utf8)) }
    #expect(error?.code.word == code)
  }

  @Test func `a run that resumes leaves what an unbroken one leaves`() throws {
    let (whole, broken) = (try TemporaryFolder(), try TemporaryFolder())
    try Self.record(1...4, RunLog(in: whole.path, .fresh(replacing: false), time: 50))
    try Self.record(1...3, RunLog(in: broken.path, .fresh(replacing: false), time: 50))
    // The checkpoint that it resumes from is that of epoch 2; a line of the fourth was cut by the crash.
    let path = broken(MetricsFile.name)
    try File.write(File.bytes(at: path) + Array(#"{"epoch":4,"iter"#.utf8), to: path)
    try Self.record(3...4, RunLog(in: broken.path, .resuming(iteration: 4), time: 60))
    #expect(try File.bytes(at: path) == File.bytes(at: whole(MetricsFile.name)))
    #expect(try MetricsFile.read(path).count == 12)
    let events = broken.names.filter { $0.hasPrefix("events.") }
    #expect(events == ["events.out.tfevents.0000000050.resect", "events.out.tfevents.0000000060.resect"])
    #expect(broken.names.count == 3)
  }

  @Test func `an epoch that was ended early is told of once, when it is over`() throws {
    let (whole, broken) = (try TemporaryFolder(), try TemporaryFolder())
    try Self.record(1...3, RunLog(in: whole.path, .fresh(replacing: false), time: 50))
    try Self.record(1...1, RunLog(in: broken.path, .fresh(replacing: false), time: 50))
    // Epoch 2 ends after the first of its two steps.
    let early = try RunLog(in: broken.path, .resuming(iteration: 2), time: 60)
    try early.record(Self.step(3, [Metric.stepLoss: 3 / 8]))
    try early.record(
      MetricsLine(.epoch, epoch: 2, step: 1, iteration: 3, time: 103, values: [Metric.loss: 7]))
    let rest = try RunLog(in: broken.path, .resuming(iteration: 3, within: 2), time: 70)
    try rest.record(Self.step(4, [Metric.stepLoss: 4 / 8]))
    try rest.record(Self.epoch(2))
    try Self.record(3...3, rest)
    #expect(try File.bytes(at: broken(MetricsFile.name)) == File.bytes(at: whole(MetricsFile.name)))
    // TensorBoard forgets from iteration 3 on, and is told its step again.
    let events = try File.bytes(at: broken("events.out.tfevents.0000000070.resect"))
    let begin =
      try EventFile.record(EventFile.version(70)) + EventFile.record(EventFile.restart(70, at: 3))
      + EventFile.record(EventFile.scalars(Self.step(3, [Metric.stepLoss: 3 / 8])))
      + EventFile.record(EventFile.scalars(Self.step(4, [Metric.stepLoss: 4 / 8])))
    #expect(Array(events.prefix(begin.count)) == begin)
  }

  @Test func `a torn last line is passed over, a broken one before it is an error`() throws {
    let folder = try TemporaryFolder()
    let path = folder(MetricsFile.name)
    let line = Array(try Self.epoch(1).json().utf8)
    for length in 0..<line.count {
      try File.write(line + line[..<length], to: path)
      #expect(try MetricsFile.read(path) == [Self.epoch(1)])
    }
    try File.write(line + Array("{}\n".utf8) + line, to: path)
    let error = #expect(throws: CheckpointError.self) { try MetricsFile.read(path) }
    #expect(error?.location.member == "line 2")
    #expect(error?.location.file == path)
  }

  @Test func `a fresh run does not replace metrics in silence`() throws {
    let folder = try TemporaryFolder()
    try Self.record(1...1, RunLog(in: folder.path, .fresh(replacing: false)))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try RunLog(in: folder.path, .fresh(replacing: false))
    }
    #expect(try MetricsFile.read(folder(MetricsFile.name)).count == 3)
    _ = try RunLog(in: folder.path, .fresh(replacing: true))
    #expect(try MetricsFile.read(folder(MetricsFile.name)).isEmpty)
    // A run without metrics may go on with some.
    let other = try TemporaryFolder()
    try Self.record(2...2, RunLog(in: other.path, .resuming(iteration: 2)))
    #expect(try MetricsFile.read(other(MetricsFile.name)).map(\.iteration) == [3, 4, 4])
  }
}
