// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Runs that end when nothing becomes better.
@Suite struct PatienceTests {
  /// A run whose weights hardly move, so that its first epoch stays the best.
  private func options(_ tiny: TinyBackbone, _ name: String, patience: Int?) throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    (options.epochs, options.saveEvery, options.patience, options.heldOut) = (7, 10, patience, tiny.data)
    (options.learningRate, options.minimumRate, options.normStatistics) = (1e-9, 0, .frozen)
    return options
  }

  @Test func `it ends so many epochs after the best one, with a checkpoint`() throws {
    let tiny = try TinyBackbone()
    let report = try FinetuneJob(options(tiny, "a", patience: 2)).run(SilentObserver())
    #expect(report.epochs.map(\.epoch) == [1, 2, 3])
    #expect(report.best?.epoch == 1)
    #expect(report.stop?.epoch == 3)
    #expect(
      report.stop?.text
        == "ended after epoch 3: no better accuracy than epoch 1's for 2 epochs; a larger --patience goes on")
    #expect(try FileSystem.names(in: tiny.folder("a/models")) == ["CKPT-EPOCH-1-00", "CKPT-EPOCH-3-00"])
  }

  @Test func `resumed it says why it is at its end, and goes on with a larger patience, bit for bit`() throws
  {
    let tiny = try TinyBackbone()
    var cut = try options(tiny, "a", patience: 2)
    _ = try FinetuneJob(cut).run(SilentObserver())
    cut.resumes = true
    let again = try FinetuneJob(cut).run(SilentObserver())
    #expect(again.epochs.isEmpty)
    #expect(again.stop?.epoch == 3)
    cut.patience = 4
    let on = try FinetuneJob(cut).run(SilentObserver())
    #expect(on.epochs.map(\.epoch) == [4, 5])
    #expect(on.stop?.patience == 4)
    _ = try FinetuneJob(options(tiny, "b", patience: 4)).run(SilentObserver())
    #expect(
      try TinyBackbone.bytes(of: tiny.folder("a/models/CKPT-EPOCH-5-00"))
        == TinyBackbone.bytes(of: tiny.folder("b/models/CKPT-EPOCH-5-00")))
    cut.patience = nil
    let whole = try FinetuneJob(cut).run(SilentObserver())
    #expect(whole.epochs.map(\.epoch) == [6, 7])
    #expect(whole.stop == nil)
  }

  @Test func `a run that becomes better goes to its last epoch`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    (options.epochs, options.patience, options.bestBy) = (3, 1, .loss)
    (options.learningRate, options.margin, options.marginEnd) = (0.01, 0, 0)
    let report = try FinetuneJob(options).run(SilentObserver())
    #expect(report.epochs.count == 3)
    #expect(report.stop == nil)
  }

  @Test func `there must be something to watch`() throws {
    let tiny = try TinyBackbone()
    var options = tiny.options(try tiny.write())
    options.patience = 2
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    options.patience = 0
    options.bestBy = .loss
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    // Three utterances of one speaker have no equal error rate.
    let one = "path,spk\ns0-0.npy,speaker-0\ns0-1.npy,speaker-0\n"
    try File.write(Array(one.utf8), to: tiny.folder("one.csv"))
    (options.patience, options.bestBy, options.heldOut) = (2, .eer, tiny.folder("one.csv"))
    #expect(throws: CheckpointError(.misfit, "")) { try FinetuneJob(options) }
  }
}
