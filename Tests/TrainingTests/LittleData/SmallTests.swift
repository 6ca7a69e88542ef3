// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// What `--small` sets, and that it is its parts.
@Suite struct SmallTests {
  private func options(_ tiny: TinyBackbone, _ name: String) throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    (options.epochs, options.saveEvery, options.learningRate) = (4, 10, 0.05)
    return options
  }

  @Test func `it sets what there is to judge by allows`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny, "a")
    options.takeSmall()
    #expect(try FinetuneJob(options).plan.small == "--best-by loss --average 3")
    options.heldOut = tiny.data
    options.takeSmall()
    #expect(try FinetuneJob(options).plan.small == "--best-by eer --average best:3 --blend")
    try File.write(Array("1 s0-0.npy s0-3.npy\n0 s0-0.npy s1-2.npy\n".utf8), to: tiny.folder("trials.txt"))
    options.trials = tiny.folder("trials.txt")
    options.takeSmall()
    #expect(try FinetuneJob(options).plan.small == "--best-by trials --average best:3 --blend")
    #expect(options.bestBy == .trials)
    #expect(options.blends)
  }

  @Test func `what is said otherwise is not told of`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny, "a")
    options.heldOut = tiny.data
    #expect(try FinetuneJob(options).plan.small == nil)
    options.takeSmall()
    (options.average, options.bestBy) = (nil, .accuracy)
    let plan = try FinetuneJob(options).plan
    #expect(plan.small == "--blend")
    #expect(plan.text.contains("\nsmall data  --blend\n"))
    options.blends = false
    #expect(try FinetuneJob(options).plan.small == nil)
  }

  @Test func `a run with it is a run with its parts, which goes on with them`() throws {
    let tiny = try TinyBackbone()
    var small = try options(tiny, "a")
    small.heldOut = tiny.data
    var parts = small
    small.takeSmall()
    (parts.output, parts.bestBy, parts.blends) = (tiny.folder("b"), .eer, true)
    parts.average = EpochAverage(word: "best:3")
    _ = try FinetuneJob(parts).run(SilentObserver())
    (small.steps, small.resumes) = (5, true)
    _ = try FinetuneJob(small).run(SilentObserver())
    parts.output = small.output
    parts.resumes = true
    _ = try FinetuneJob(parts).run(SilentObserver())
    for folder in ["AVERAGE-best-3", "BLEND"] {
      let files = try ["a", "b"].map {
        try File.bytes(at: tiny.folder("\($0)/models/\(folder)/embedding_model.ckpt"))
      }
      #expect(files[0] == files[1], "\(folder)")
    }
  }
}
