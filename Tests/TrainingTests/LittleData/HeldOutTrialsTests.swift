// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Trials over recordings of any speakers, after each epoch.
@Suite struct HeldOutTrialsTests {
  private static let names = (0..<3).flatMap { speaker in (0..<4).map { "s\(speaker)-\($0)" } }

  /// Every pair of the recordings; `suffix` makes files of their names.
  private static func trials(_ suffix: String, labelFirst: Bool = false) -> String {
    var lines = ""
    for (place, enrol) in names.enumerated() {
      for test in names[(place + 1)...] {
        let label = enrol.prefix(2) == test.prefix(2) ? "target" : "nontarget"
        let pair = "\(enrol)\(suffix) \(test)\(suffix)"
        lines += labelFirst ? "\(label) \(pair)\n" : "\(pair) \(label)\n"
      }
    }
    return lines
  }

  private func options(_ tiny: TinyBackbone, _ name: String = "exp") throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    options.trials = tiny.folder("trials.txt")
    (options.learningRate, options.warmupEpochs, options.saveEvery) = (0.05, 0, 1)
    return options
  }

  /// What `embed` and `score` say of a checkpoint.
  private func rate(_ tiny: TinyBackbone, _ model: String) throws -> Double {
    let job = try EmbeddingJob(
      model: model, asked: .mel, inputs: Self.names.map { tiny.folder("\($0).npy") }, names: .stem)
    let list = try TrialList(TextFile(Array(Self.trials("").utf8), name: nil))
    let scores = try CosineScoring.scores(list, try job.run())
    return try ErrorRates(scores: scores, targets: list.trials.map(\.isTarget)).equalErrorRate.rate
  }

  @Test func `after each epoch the EER is what embed and score say of its checkpoint`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny)
    options.oldTrials = tiny.folder("old.txt")
    try File.write(Array(Self.trials(".npy").utf8), to: tiny.folder("trials.txt"))
    let old = "0 s0-0.npy s1-0.npy\n1 s2-0.npy \(tiny.folder("s2-1.npy"))\n0 s2-3.npy s1-0.npy\n"
    try File.write(Array(old.utf8), to: tiny.folder("old.txt"))
    let job = try FinetuneJob(options)
    #expect(job.plan.trials == 66)
    #expect(job.plan.oldTrials == 3)
    let report = try job.run(SilentObserver())
    #expect(try report.trialsBefore == rate(tiny, tiny.folder("backbone.pth")))
    for (epoch, folder) in zip(report.epochs, report.checkpoints) {
      #expect(try epoch.trialEER == rate(tiny, folder))
      #expect(epoch.oldTrialEER != nil)
      #expect(epoch.heldOutEER == nil)
    }
    let lines = try MetricsFile.read(tiny.folder("exp/metrics.jsonl")).filter { $0.kind == .epoch }
    #expect(lines.map { $0.values["eer/trials"] } == [report.trialsBefore] + report.epochs.map(\.trialEER))
    #expect(
      lines.map { $0.values["eer/old-trials"] } == [report.oldTrialsBefore] + report.epochs.map(\.oldTrialEER)
    )
  }

  @Test func `a wav.scp beside the list names the recordings, and the label may stand first`() throws {
    let tiny = try TinyBackbone()
    let options = try options(tiny)
    try File.write(Array(Self.trials(".npy").utf8), to: tiny.folder("trials.txt"))
    let plain = try FinetuneJob(options).run(SilentObserver())
    try File.write(Array(Self.trials("", labelFirst: true).utf8), to: tiny.folder("trials.txt"))
    let script = Self.names.map { "\($0) \($0).npy\n" }.joined()
    try File.write(Array(script.utf8), to: tiny.folder("wav.scp"))
    var other = options
    other.output = tiny.folder("other")
    #expect(try FinetuneJob(other).run(SilentObserver()).epochs == plain.epochs)
    try File.write(Array("s0-0 s0-1 1\ns0-0 s9-9 0\n".utf8), to: tiny.folder("trials.txt"))
    other.output = tiny.folder("third")
    #expect(throws: CheckpointError(.nothingMatched, "")) { try FinetuneJob(other) }
  }

  @Test func `the best checkpoint may be judged by trials`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny)
    try File.write(Array(Self.trials(".npy").utf8), to: tiny.folder("trials.txt"))
    (options.bestBy, options.epochs) = (.trials, 4)
    let report = try FinetuneJob(options).run(SilentObserver())
    let rates = report.epochs.compactMap(\.trialEER)
    #expect(report.best?.metric == "trials")
    #expect(report.best?.value == rates.min())
    #expect(report.best?.epoch == rates.firstIndex(of: rates.min() ?? 0).map { $0 + 1 })
    options.trials = nil
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
  }

  @Test func `a list is refused before anything is trained`() throws {
    let tiny = try TinyBackbone()
    let options = try options(tiny)
    for (text, code) in [
      ("s0-0.npy s0-1.npy 1\n", CheckpointError.Code.misfit),
      ("s0-0.npy s0-1.npy 1\ns0-0.npy none.npy 0\n", .unreadable), ("s0-0.npy s0-1.npy\n", .corrupt),
      ("", .emptyResult),
    ] {
      try File.write(Array(text.utf8), to: tiny.folder("trials.txt"))
      #expect(throws: CheckpointError(code, ""), "\(text)") { try FinetuneJob(options) }
    }
  }
}
