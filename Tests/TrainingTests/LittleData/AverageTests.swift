// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// What a run averages at its end.
@Suite struct AverageTests {
  private func options(_ tiny: TinyBackbone, _ name: String, _ average: String) throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    (options.epochs, options.saveEvery, options.heldOut) = (5, 10, tiny.data)
    (options.learningRate, options.bestBy) = (0.05, .loss)
    options.average = EpochAverage(word: average)
    return options
  }

  private func state(_ folder: String) throws -> [StateEntry] {
    try BackboneFile(folder).network(front: .mel).registry.stateDict
  }

  /// The means of floats, in double and rounded once; the last one's counters.
  private func mean(_ states: [[StateEntry]]) -> [StateEntry] {
    (states.last ?? []).enumerated().map { place, entry in
      guard case .floats(let values) = entry.value else { return entry }
      var sums = [Double](repeating: 0, count: values.count)
      for state in states {
        guard case .floats(let some) = state[place].value else { continue }
        for index in some.indices { sums[index] += Double(some[index]) }
      }
      return StateEntry(
        key: entry.key, shape: entry.shape, value: .floats(sums.map { Float($0 / Double(states.count)) }),
        isParameter: entry.isParameter)
    }
  }

  @Test func `it is the mean of the last epochs' weights and statistics, with the newest's counters`() throws
  {
    let tiny = try TinyBackbone()
    let report = try FinetuneJob(options(tiny, "a", "3")).run(SilentObserver())
    let average = try #require(report.average)
    #expect(average.folder == tiny.folder("a/models/AVERAGE-3"))
    #expect(average.epochs == [3, 4, 5])
    #expect(
      try FileSystem.names(in: average.folder) == [
        "classifier.ckpt", "embedding_model.ckpt", "label_map.json", "resect_state.json",
      ])
    let parts = (3...5).map { tiny.folder("a/models/CKPT-EPOCH-\($0)-00") }
    #expect(try state(average.folder) == mean(parts.map(state)))
    func classifier(_ folder: String) throws -> [StateEntry] {
      try ClassifierFile(folder + "/classifier.ckpt").classifier(FastKernels.self).registry.stateDict
    }
    #expect(try classifier(average.folder) == mean(parts.map(classifier)))
    // The best by loss may be an earlier one.
    let best = "CKPT-EPOCH-\(report.best?.epoch ?? 0)-00"
    #expect(
      Set(try FileSystem.names(in: tiny.folder("a/models")))
        == Set(["AVERAGE-3", best] + (3...5).map { "CKPT-EPOCH-\($0)-00" }))
  }

  @Test func `it is judged as a run that starts from it is`() throws {
    let tiny = try TinyBackbone()
    let run = try options(tiny, "a", "2")
    let average = try #require(try FinetuneJob(run).run(SilentObserver()).average)
    var next = run
    (next.backbone, next.startsWithClassifier, next.average) = (average.folder, true, nil)
    (next.output, next.epochs, next.margin) = (tiny.folder("b"), 1, 0)
    let report = try FinetuneJob(next).run(SilentObserver())
    #expect(average.judgement.heldOutAccuracy == report.heldOutBefore)
    #expect(average.judgement.heldOutEER != nil)
  }

  @Test func `of the best epochs by the figure that is said`() throws {
    let tiny = try TinyBackbone()
    let report = try FinetuneJob(options(tiny, "a", "best:2")).run(SilentObserver())
    let order = report.epochs.sorted { ($0.loss, $0.epoch) < ($1.loss, $1.epoch) }
    let best = order.prefix(2).map(\.epoch).sorted()
    #expect(report.average?.epochs == best)
    let parts = best.map { tiny.folder("a/models/CKPT-EPOCH-\($0)-00") }
    #expect(try state(tiny.folder("a/models/AVERAGE-best-2")) == mean(parts.map(state)))
  }

  @Test(arguments: ["2", "best:2", "9"]) func `a run that was cut averages what one that was not does`(
    _ word: String
  ) throws {
    let tiny = try TinyBackbone()
    let whole = try options(tiny, "a", word)
    let expected = try #require(try FinetuneJob(whole).run(SilentObserver()).average)
    var cut = whole
    (cut.output, cut.resumes) = (tiny.folder("b"), true)
    for steps in [2, 6, 7, 13, nil] as [Int?] {
      cut.steps = steps
      _ = try FinetuneJob(cut).run(SilentObserver())
    }
    func files(_ name: String) throws -> [[UInt8]] {
      let folder = tiny.folder("\(name)/models/\(FilePath.name(of: expected.folder))")
      return try ["embedding_model.ckpt", "classifier.ckpt"].map { try File.bytes(at: "\(folder)/\($0)") }
    }
    #expect(try files("b") == files("a"))
    // An epoch that was cut has its folder's name already when it is over.
    func folders(_ name: String) throws -> [String] {
      try FileSystem.names(in: tiny.folder("\(name)/models")).map { String($0.split(separator: "-0")[0]) }
    }
    #expect(try folders("a") == folders("b"))
    // As if it had been killed before the average.
    OutputFolder.remove(tiny.folder("b/models/\(FilePath.name(of: expected.folder))"))
    #expect(try FinetuneJob(cut).run(SilentObserver()).average?.epochs == expected.epochs)
    #expect(try files("b") == files("a"))
  }

  @Test func `which epochs are chosen`() throws {
    let last = try #require(EpochAverage(word: "2"))
    let best = try #require(EpochAverage(word: "best:2"))
    let epochs: [(epoch: Int, figure: Double?)] = [(1, 0.5), (2, 0.9), (3, 0.5), (4, nil), (5, 0.1)]
    #expect(last.chosen(of: epochs, by: .accuracy) == [4, 5])
    #expect(best.chosen(of: epochs, by: .accuracy) == [1, 2])
    #expect(best.chosen(of: epochs, by: .eer) == [1, 5])
    for word in ["0", "best:0", "best", "-1", "best:x", ""] { #expect(EpochAverage(word: word) == nil) }
    #expect([last, best].map(\.word) == ["2", "best:2"])
  }
}
