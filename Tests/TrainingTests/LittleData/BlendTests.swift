// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// What a run makes at its end between what it began with and what it came to.
@Suite struct BlendTests {
  private func options(_ tiny: TinyBackbone, _ name: String) throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    (options.epochs, options.saveEvery, options.heldOut) = (3, 10, tiny.data)
    (options.learningRate, options.blends) = (0.05, true)
    return options
  }

  private func state(_ file: String) throws -> [StateEntry] {
    try BackboneFile(file).network(front: .mel).registry.stateDict
  }

  private func classifier(_ folder: String) throws -> [StateEntry] {
    try ClassifierFile(folder + "/classifier.ckpt").classifier(FastKernels.self).registry.stateDict
  }

  /// In double and rounded once; the end's counters.
  private func blend(_ share: Double, _ start: [StateEntry], _ end: [StateEntry]) -> [StateEntry] {
    zip(start, end).map { old, new in
      guard case .floats(let a) = old.value, case .floats(let b) = new.value else { return new }
      let values = zip(a, b).map { a, b in
        let (a, b) = (Double(a), Double(b))
        return Float(share < 0.5 ? a + share * (b - a) : b - (b - a) * (1 - share))
      }
      return StateEntry(key: new.key, shape: new.shape, value: .floats(values), isParameter: new.isParameter)
    }
  }

  @Test func `weights and statistics of start and end are interpolated, and the best blend is written`()
    throws
  {
    let tiny = try TinyBackbone()
    let report = try FinetuneJob(options(tiny, "a")).run(SilentObserver())
    let made = try #require(report.blend)
    #expect(made.folder == tiny.folder("a/models/BLEND"))
    #expect(
      try FileSystem.names(in: made.folder) == [
        "classifier.ckpt", "embedding_model.ckpt", "label_map.json", "resect_state.json",
      ])
    #expect(made.points.map(\.share) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(made.metric == .eer)
    let rates = made.points.compactMap(\.judgement.heldOutEER)
    #expect(rates.count == 11)
    #expect(Set(rates).count > 1, "all blends are alike: nothing is chosen here")
    #expect(made.share == made.points[rates.firstIndex(of: rates.min() ?? 0) ?? 0].share)
    let end = report.checkpoints.last ?? ""
    let expected = blend(made.share, try state(tiny.folder("backbone.pth")), try state(end))
    #expect(try state(made.folder) == expected)
    #expect(try classifier(made.folder) == classifier(end))
    // Both ends are what was judged before the first step and after the last.
    #expect(made.points.last?.judgement == report.epochs.last?.judgement)
  }

  @Test func `it is judged as a run that starts from it is, by the trials where there are some`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    let trials = "1 s0-0.npy s0-3.npy\n1 s1-0.npy s1-3.npy\n0 s0-0.npy s1-2.npy\n0 s2-1.npy s1-3.npy\n"
    try File.write(Array(trials.utf8), to: tiny.folder("trials.txt"))
    run.trials = tiny.folder("trials.txt")
    let report = try FinetuneJob(run).run(SilentObserver())
    let made = try #require(report.blend)
    #expect(made.metric == .trials)
    #expect(made.points.first?.judgement.trialEER == report.trialsBefore)
    let kept = made.points.first { $0.share == made.share }
    var next = run
    (next.backbone, next.startsWithClassifier, next.blends) = (made.folder, true, false)
    (next.output, next.epochs, next.margin) = (tiny.folder("b"), 1, 0)
    let after = try FinetuneJob(next).run(SilentObserver())
    #expect(kept?.judgement.trialEER == after.trialsBefore)
    #expect(kept?.judgement.heldOutAccuracy == after.heldOutBefore)
  }

  @Test func `of equally good blends the nearest to the start is kept`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    run.freeze = ["all"]
    let report = try FinetuneJob(run).run(SilentObserver())
    let made = try #require(report.blend)
    #expect(Set(made.points.map(\.judgement.heldOutEER)).count == 1)
    #expect(made.share == 0)
    #expect(try state(made.folder) == state(tiny.folder("backbone.pth")))
  }

  @Test func `one that loses more than a tenth on the old trials is not kept`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    // What training tells apart is called one speaker, and the other way round: the better, the worse.
    var lines = ""
    for speaker in 0..<3 {
      for number in 1..<4 {
        lines += "0 s\(speaker)-0.npy s\(speaker)-\(number).npy\n"
        lines += "1 s\(speaker)-0.npy s\((speaker + 1) % 3)-\(number).npy\n"
      }
    }
    try File.write(Array(lines.utf8), to: tiny.folder("old.txt"))
    run.oldTrials = tiny.folder("old.txt")
    let report = try FinetuneJob(run).run(SilentObserver())
    let made = try #require(report.blend)
    let most = 1.1 * (report.oldTrialsBefore ?? 0)
    let allowed = made.points.filter { ($0.judgement.oldTrialEER ?? 1) <= most }
    let least = try #require(allowed.compactMap(\.judgement.heldOutEER).min())
    #expect(made.share == allowed.first { $0.judgement.heldOutEER == least }?.share)
    #expect(made.points.contains { ($0.judgement.heldOutEER ?? 1) < least }, "nothing is held back here")
    #expect(made.text.hasSuffix("by eer, of those that lose at most a tenth on old trials"))
  }

  @Test func `what was drawn anew stays as the end has it`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    run.rules.fresh = ["fc.**"]
    let report = try FinetuneJob(run).run(SilentObserver())
    let made = try #require(report.blend)
    let (start, end) = (try state(tiny.folder("backbone.pth")), try state(report.checkpoints.last ?? ""))
    let mixed = zip(start, end).map { $0.key.hasPrefix("fc.") ? $1 : $0 }
    #expect(try state(made.folder) == blend(made.share, mixed, end))
  }

  @Test func `with an average that is the end`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    run.average = EpochAverage(word: "2")
    let report = try FinetuneJob(run).run(SilentObserver())
    let (average, made) = (try #require(report.average), try #require(report.blend))
    #expect(made.points.last?.judgement == average.judgement)
    let expected = blend(made.share, try state(tiny.folder("backbone.pth")), try state(average.folder))
    #expect(try state(made.folder) == expected)
    #expect(try classifier(made.folder) == classifier(average.folder))
  }

  @Test(arguments: [nil, "2"]) func `a run that was cut blends what one that was not does`(_ word: String?)
    throws
  {
    let tiny = try TinyBackbone()
    var whole = try options(tiny, "a")
    whole.average = word.flatMap { EpochAverage(word: $0) }
    let expected = try #require(try FinetuneJob(whole).run(SilentObserver()).blend)
    var cut = whole
    (cut.output, cut.resumes) = (tiny.folder("b"), true)
    for steps in [2, 6, 7, nil, nil] as [Int?] {
      cut.steps = steps
      _ = try FinetuneJob(cut).run(SilentObserver())
    }
    func files(_ name: String) throws -> [[UInt8]] {
      try ["embedding_model.ckpt", "classifier.ckpt", "resect_state.json"].map {
        try File.bytes(at: tiny.folder("\(name)/models/BLEND/\($0)"))
      }
    }
    #expect(try files("b") == files("a"))
    // As if it had been killed before the blend.
    OutputFolder.remove(tiny.folder("b/models/BLEND"))
    #expect(try FinetuneJob(cut).run(SilentObserver()).blend?.points == expected.points)
    #expect(try files("b") == files("a"))
    func tried(_ name: String) throws -> [MetricsLine] {
      var lines = try MetricsFile.read(tiny.folder("\(name)/metrics.jsonl"))
      for place in lines.indices { lines[place].time = 0 }
      return lines.filter { $0.kind == .blend }
    }
    #expect(try tried("a").map { $0.values["share"] } == expected.points.map(\.share))
    #expect(try tried("a").map { $0.values["eer/validation"] } == expected.points.map(\.judgement.heldOutEER))
    #expect(try tried("a").filter { $0.values["kept"] == 1 }.map { $0.values["share"] } == [expected.share])
    #expect(try tried("b") == tried("a"))
  }

  @Test func `the run's page has the table, and no curve of it`() throws {
    let tiny = try TinyBackbone()
    let run = try options(tiny, "a")
    let made = try #require(try FinetuneJob(run).run(SilentObserver()).blend)
    let html = try RunPage(experiment: run.output, scores: nil).html
    #expect(html.contains("Between start and end"))
    #expect(html.components(of: ">kept<") == 1)
    #expect(html.contains("<td>\(Decimals.text(made.share, places: 1))</td>"))
    #expect(!html.contains("<figcaption>share"))
  }

  @Test func `there must be a start to go back to, and something to judge by`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    run.heldOut = nil
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(run) }
    (run.heldOut, run.initial) = (tiny.data, .random)
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(run) }
    // Two utterances of one speaker have no equal error rate.
    let one = "path,spk\ns0-0.npy,speaker-0\ns0-1.npy,speaker-0\n"
    try File.write(Array(one.utf8), to: tiny.folder("one.csv"))
    (run.heldOut, run.initial) = (tiny.folder("one.csv"), .file)
    #expect(throws: CheckpointError(.misfit, "")) { try FinetuneJob(run) }
  }

  @Test func `a run does not go on with another start, nor without its blend`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "a")
    run.steps = 4
    _ = try FinetuneJob(run).run(SilentObserver())
    (run.steps, run.resumes, run.blends) = (nil, true, false)
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(run) }
    run.blends = true
    _ = try tiny.write { entries in
      guard case .floats(var values) = entries[0].value else { return }
      values[0] += 1
      let old = entries[0]
      entries[0] = StateEntry(key: old.key, shape: old.shape, value: .floats(values), isParameter: true)
    }
    #expect(throws: CheckpointError(.contradiction, "")) { try FinetuneJob(run) }
  }
}

extension String {
  /// How often a part stands in it.
  fileprivate func components(of part: String) -> Int {
    var (count, rest) = (0, self[...])
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
