// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing
import Training

/// Self-supervised runs of several lanes, against those of one.
@Suite struct SharedDINORunTests {
  private struct Silent: DINOObserver {
    func began(_ plan: DINOPlan) {}
    func stepped(
      epoch: Int, step: Int, steps: Int, iteration: Int, iterations: Int, utterances: Int, loss: Double
    ) {}
    func finished(_ figures: DINOFigures, seconds: Double) {}
    func wrote(_ path: String) {}
  }

  private struct Outcome: Sendable {
    var report: DINOReport
    var tensors = TensorValues()
  }

  private let folder: TemporaryFolder

  /// Eight recordings, as rows of mels.
  init() throws {
    folder = try TemporaryFolder()
    var list = "path\n"
    for item in 0..<8 {
      var random = KeyedRandom(seed: 12, UInt64(item))
      let values = (0..<4 * 80 * 24).map { _ in Float(exp(4 * random.uniform() - 2)) }
      try File.write(NPYArray(floats: values, shape: [4, 80, 24]).npy(), to: folder("\(item).npy"))
      list += "\(item).npy\n"
    }
    try File.write(Array(list.utf8), to: folder("train.csv"))
  }

  private func options(_ method: DINOMethod, _ name: String) -> DINOOptions {
    var options = DINOOptions(data: folder("train.csv"), output: folder(name))
    options.method = method
    options.sizes.channels = [8, 8, 8, 8, 16]
    (options.sizes.attention, options.sizes.squeezed, options.sizes.embedding) = (4, 4, 6)
    (options.sizes.hidden, options.sizes.regularised, options.sizes.bottleneck) = (10, 7, 5)
    (options.sizes.outputs, options.sizes.prototypes) = (9, 8)
    // The rows of SDPN are a global crop and six halves.
    (options.globals, options.locals) = method == .rdino ? (2, 4) : (1, 6)
    (options.frames, options.epochs, options.batchSize, options.threads) = (24, 2, 4, 1)
    (options.schedules.learningRate, options.schedules.warmupEpochs, options.keepEvery) = (0.1, 1, 0)
    return options
  }

  private func run(_ count: Int, _ options: DINOOptions) throws -> [Outcome] {
    @Sendable func train(_ processes: any Collective) throws(CheckpointError) -> Outcome {
      let job = try DINOJob(options, processes: processes)
      try job.checkSameRun()
      var outcome = Outcome(report: try job.run(Silent()))
      let rdino = (job.trainer as? RDINO<FastKernels>)?.registries ?? []
      let sdpn = (job.trainer as? SDPN<FastKernels>)?.registries ?? []
      for (part, registry) in rdino + sdpn { outcome.tensors.add(registry, part) }
      // In Float a slope that cancels to nothing is rounding's alone.
      outcome.tensors.gradients = [:]
      return outcome
    }
    guard count > 1 else { return [try train(SingleProcess.shared)] }
    return try Lane.run(count) { lane throws(CheckpointError) in try train(lane) }
  }

  @Test(arguments: [DINOMethod.rdino, .sdpn], [2, 4])
  func `several processes do what one does, and one of them writes`(_ method: DINOMethod, _ count: Int) throws
  {
    let one = try run(1, options(method, "one"))[0]
    let all = try run(count, options(method, "all"))
    #expect(all.map(\.report.checkpoints.count) == [1] + Array(repeating: 0, count: count - 1))
    #expect(!one.tensors.values.isEmpty)
    for lane in all {
      #expect(lane.tensors.values == all[0].tensors.values)
      let (worst, key) = one.tensors.difference(from: lane.tensors)
      #expect(worst < 1e-3, "\(key)")
      for (a, b) in zip(one.report.epochs, lane.report.epochs) {
        #expect(a.losses.keys == b.losses.keys)
        for (name, loss) in a.losses { #expect(abs(loss - (b.losses[name] ?? .nan)) < 1e-3, "\(name)") }
      }
    }
  }

  @Test(arguments: [DINOMethod.rdino, .sdpn])
  func `a run goes on with another number of processes, and bit for bit with the same`(
    _ method: DINOMethod
  ) throws {
    let whole = try run(2, options(method, "whole"))[0]
    for count in [2, 4, 1] {
      let name = "resumed-\(count)"
      var options = options(method, name)
      options.steps = 3
      _ = try run(2, options)
      options.steps = nil
      options.resume = folder("\(name)/models/checkpoint.pth")
      let rest = try run(count, options)[0]
      #expect(rest.report.plan.firstEpoch == 1)
      #expect(rest.report.plan.firstStep == 1)
      if count == 2 { #expect(rest.tensors.values == whole.tensors.values) }
      let (worst, key) = whole.tensors.difference(from: rest.tensors)
      #expect(worst < 1e-3, "\(key)")
    }
  }
}
