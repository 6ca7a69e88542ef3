// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// What a run keeps of the utterances that it is judged on.
@Suite struct HeldOutTests {
  /// A backbone, and recordings at 8 kHz of two of the speakers that it is trained on.
  private struct Setting {
    let tiny: TinyBackbone
    let backbone: String
    var speech: String { tiny.folder("dev") }

    init() throws {
      tiny = try TinyBackbone()
      backbone = try tiny.write()
      for (speaker, hertz) in [("speaker-0", 300.0), ("speaker-2", 900)] {
        for number in 0..<3 {
          let path = tiny.folder("dev/\(speaker)/\(number).wav")
          try SoundFiles.makeFolder(of: path)
          let seconds = 0.5 + 0.1 * Double(number)
          try WAV.write(
            WAV.tone(hertz + 40 * Double(number), seconds: seconds, rate: 8000), rate: 8000, to: path)
        }
      }
    }

    /// Bytes of each utterance's features: of 0.5 to 0.7 s, a frame every 10 ms and one more.
    static let sizes = [51, 61, 71, 51, 61, 71].map { $0 * 80 * 4 }
    static var bytes: Int { sizes.reduce(0, +) }

    func options(_ name: String) -> FinetuneOptions {
      var options = tiny.options(backbone, name)
      (options.heldOut, options.epochs, options.saveEvery) = (speech, 3, 3)
      return options
    }

    func judge(_ budget: MemoryBudget, isStill: Bool = false) throws -> (HeldOutJudge, FinetuneJob) {
      let job = try FinetuneJob(options("judge"))
      let heldOut = try #require(job.heldOut)
      return (
        HeldOutJudge(heldOut, job.method.network, job.method.machine, budget: budget, isStill: isStill), job
      )
    }

    func hide() throws { try FileManager.default.moveItem(atPath: speech, toPath: speech + "-away") }
  }

  @Test func `a second judgement reads no recording, and one without a budget reads them all`() throws {
    let setting = try Setting()
    let (judge, job) = try setting.judge(MemoryBudget(1 << 20))
    let (other, _) = try setting.judge(MemoryBudget(0))
    let first = try judge.judge(job.model.classifier)
    #expect(try other.judge(job.model.classifier) == first)
    #expect(judge.keptFeatures == 6)
    #expect(other.keptFeatures == 0)
    try setting.hide()
    #expect(try judge.judge(job.model.classifier) == first)
    #expect(throws: CheckpointError(.unreadable, "")) { try other.judge(job.model.classifier) }
  }

  @Test func `features take from the budget what they hold, and never more than there is`() throws {
    let setting = try Setting()
    for (bytes, kept) in [
      (0, 0), (Setting.bytes / 2, 3), (Setting.bytes / 2 + 100, 3), (Setting.bytes - 1, 5),
      (Setting.bytes, 6),
    ] {
      let budget = MemoryBudget(bytes)
      let (judge, job) = try setting.judge(budget)
      for _ in 0..<2 { _ = try judge.judge(job.model.classifier) }
      #expect(judge.keptFeatures == kept, "\(bytes)")
      #expect(budget.left == bytes - Setting.sizes.prefix(kept).reduce(0, +))
    }
  }

  @Test func `a still backbone embeds once, and again when it moves`() throws {
    let setting = try Setting()
    let budget = MemoryBudget(Setting.bytes)
    let (judge, job) = try setting.judge(budget, isStill: true)
    #expect(budget.left == Setting.bytes - 6 * 6 * 4)
    let first = try judge.judge(job.model.classifier)
    #expect(judge.keptFeatures == 0)
    try setting.hide()
    #expect(try judge.judge(job.model.classifier) == first)
    judge.backboneMoves()
    #expect(budget.left == Setting.bytes)
    #expect(throws: CheckpointError(.unreadable, "")) { try judge.judge(job.model.classifier) }
  }

  /// What the run writes and says, but times.
  private func outcome(_ report: FinetuneReport) throws -> ([EpochFigures], Double?, [UInt8]) {
    let folder = try #require(report.checkpoints.last)
    return (report.epochs, report.heldOutBefore, try TinyBackbone.bytes(of: folder))
  }

  @Test(
    arguments: [
      (["none"], nil), (["blocks.0.**"], nil), (["all"], nil), (["all"], 1),
    ] as [([String], Int?)])
  func `what is kept never changes a run`(_ freeze: [String], _ thaw: Int?) throws {
    let setting = try Setting()
    var outcomes: [([EpochFigures], Double?, [UInt8])] = []
    for bytes in [0, Setting.bytes / 2, FinetuneJob.cacheBytes] {
      var options = setting.options("run-\(bytes)")
      (options.freeze, options.unfreezeAfter, options.learningRate) = (freeze, thaw, 0.05)
      let report = try FinetuneJob(options, cacheBytes: bytes).run(SilentObserver())
      outcomes.append(try outcome(report))
    }
    for other in outcomes.dropFirst() {
      #expect(other.0 == outcomes[0].0)
      #expect(other.1 == outcomes[0].1)
      #expect(other.2 == outcomes[0].2)
    }
    let rates = Set(outcomes[0].0.map(\.heldOutEER))
    if freeze == ["all"], thaw == nil { #expect(rates.count == 1) }
  }

  @Test(arguments: [["none"], ["all"]])
  func `a run needs the recordings that it is judged on once`(_ freeze: [String]) throws {
    let setting = try Setting()
    var options = setting.options("whole")
    options.freeze = freeze
    let whole = try FinetuneJob(options).run(SilentObserver())
    options.output = setting.tiny.folder("hidden")
    let hidden = try FinetuneJob(options).run(AfterFirstEpoch { try? setting.hide() })
    #expect(hidden.epochs == whole.epochs)
    #expect(FileSystem.kind(of: setting.speech) == .absent)
  }

  @Test func `processes keep their parts, and judge as one that keeps nothing`() throws {
    let setting = try Setting()
    for (freeze, thaw) in [(["none"], nil), (["all"], 1)] as [([String], Int?)] {
      var reports: [[FinetuneReport]] = []
      for bytes in [0, FinetuneJob.cacheBytes] {
        var options = setting.options("\(freeze[0])-\(bytes)")
        (options.freeze, options.unfreezeAfter) = (freeze, thaw)
        reports.append(
          try Lane.run(2) { [options] lane throws(CheckpointError) in
            try FinetuneJob(options, processes: lane, cacheBytes: bytes).run(SilentObserver())
          })
      }
      for (a, b) in zip(reports[0], reports[1]) { #expect(a.epochs == b.epochs) }
    }
  }
}
