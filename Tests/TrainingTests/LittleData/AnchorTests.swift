// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Runs that are held by what they began with. The arithmetic of a step is judged in `OptimizerTests`.
@Suite struct AnchorTests {
  private func options(_ tiny: TinyBackbone, _ name: String, anchor: Double? = 0.5) throws -> FinetuneOptions
  {
    var options = tiny.options(try tiny.write(), name)
    (options.anchor, options.learningRate, options.warmupEpochs) = (anchor, 0.05, 0)
    return options
  }

  @Test func `what a file gave is anchored to it; new tensors and the classifier are not`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny, "exp")
    options.rules.fresh = ["fc.**"]
    let job = try FinetuneJob(options)
    let anchor = try #require(job.method.optimizer.anchor)
    #expect(anchor.weight == 0.5)
    for parameter in job.method.network.registry.parameters {
      let origin = anchor.origin(of: parameter)?.floats
      #expect(origin == (parameter.key.hasPrefix("fc.") ? nil : parameter.floats), "\(parameter.key)")
    }
    #expect(job.model.classifier.registry.parameters.allSatisfy { anchor.origin(of: $0) == nil })
  }

  @Test func `the heavier the anchor, the nearer the backbone stays`() throws {
    let tiny = try TinyBackbone()
    let start = try BackboneFile(tiny.write()).network(front: .mel).registry
    func distance(_ name: String, _ anchor: Double?) throws -> Float {
      let folder = try FinetuneJob(options(tiny, name, anchor: anchor)).run(SilentObserver()).checkpoints[0]
      let end = try BackboneFile(folder).network(front: .mel).registry
      return zip(start.parameters, end.parameters).reduce(0) { sum, pair in
        zip(pair.0.floats, pair.1.floats).reduce(sum) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
    }
    let (free, light, heavy) = (try distance("a", nil), try distance("b", 1), try distance("c", 8))
    #expect(heavy < light)
    #expect(light < free)
  }

  @Test(arguments: [FinetuneOptions.OptimizerKind.sgd, .adamw])
  func `a run that stopped within an epoch goes on bit for bit`(_ kind: FinetuneOptions.OptimizerKind) throws
  {
    let tiny = try TinyBackbone()
    var whole = try options(tiny, "a")
    whole.optimizer = kind
    let a = try FinetuneJob(whole).run(SilentObserver()).checkpoints[0]
    whole.output = tiny.folder("b")
    var cut = whole
    cut.steps = 4
    _ = try FinetuneJob(cut).run(SilentObserver())
    whole.resumes = true
    let b = try FinetuneJob(whole).run(SilentObserver()).checkpoints.last ?? ""
    #expect(try TinyBackbone.bytes(of: a) == TinyBackbone.bytes(of: b))
  }

  @Test func `it does not go on from other starting weights, nor with another anchor`() throws {
    let tiny = try TinyBackbone()
    var run = try options(tiny, "exp")
    run.steps = 4
    _ = try FinetuneJob(run).run(SilentObserver())
    (run.steps, run.resumes) = (nil, true)
    var other = run
    other.anchor = 0.25
    expectError("--anchor was 0.5, now 0.25") { _ = try FinetuneJob(other) }
    _ = try tiny.write { entries in
      guard case .floats(var values) = entries[0].value else { return }
      values[0] += 1
      let old = entries[0]
      entries[0] = StateEntry(key: old.key, shape: old.shape, value: .floats(values), isParameter: true)
    }
    expectError("the start was weights of SHA-256 ") { _ = try FinetuneJob(run) }
  }

  private func expectError(_ words: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("nothing was thrown")
    } catch { #expect("\(error)".contains(words), "\(error)") }
  }

  @Test func `there must be something to hold on to`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny, "exp", anchor: 0)
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
    (options.anchor, options.initial) = (0.1, .random)
    #expect(throws: CheckpointError(.wrongWords, "")) { try FinetuneJob(options) }
  }
}
