// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// K lanes of RDINO and SDPN with a batch of B each against one with a batch of K x B, in Double.
@Suite struct SharedDistillationTests {
  typealias Numbers = NativeKernels<Double>

  private struct Outcome: Sendable {
    var losses: [[Double]] = []
    var tensors = TensorValues()
  }

  private static func batch(_ items: [Int], globals: Int) throws(CheckpointError) -> DINOBatch {
    let crops = try DINOCrops(globals: globals, locals: 4, frames: 24)
    let recordings = items.map { item in
      DINORows(
        rows: (0..<crops.rows).map { row in
          var random = KeyedRandom(seed: 8, UInt64(item), UInt64(row))
          let values = (0..<crops.frames * FrontEnd.bins).map { _ in Float(random.uniform() * 9 + 0.1) }
          return FeatureMatrix(values: values, bins: FrontEnd.bins)
        })
    }
    return DINOBatch(recordings, crops, items: items)
  }

  private static func numbers(_ step: Int) -> DistillationStep {
    DistillationStep(
      learningRate: 0.05, weightDecay: 1e-3, teacherMomentum: 0.9, regularisation: 0.2,
      freezesLastLayer: step == 0)
  }

  private static var backbone: NetworkConfiguration { .ecapaTDNN(TinyBackbone.configuration) }

  private static func rdino(_ processes: any Collective) throws(CheckpointError) -> Outcome {
    var head = RDINOHeadConfiguration()
    (head.inputs, head.hidden, head.regularised) = (6, 10, 7)
    (head.bottleneck, head.outputs) = (5, 9)
    let rdino = try RDINO<Numbers>(
      backbone, head, source: FreshParameters(seed: 4), machine: Machine(workers: 1, processes: processes))
    rdino.clipNorm = 0.1
    let batch = try batch(processes.share(of: Array(0..<12)), globals: 2)
    var outcome = Outcome()
    for step in 0..<2 {
      let losses: RDINOLosses = try rdino.step(batch, numbers(step))
      outcome.losses.append([losses.dino, losses.reg, losses.total])
    }
    for (name, registry) in rdino.registries { outcome.tensors.add(registry, name) }
    return outcome
  }

  private static func sdpn(_ processes: any Collective) throws(CheckpointError) -> Outcome {
    var head = SDPNHeadConfiguration()
    (head.inputs, head.hidden, head.outputs) = (6, 10, 5)
    let sdpn = try SDPN<Numbers>(
      backbone, head, prototypes: 8, source: FreshParameters(seed: 4),
      machine: Machine(workers: 1, processes: processes))
    let batch = try batch(processes.share(of: Array(0..<12)), globals: 1)
    var outcome = Outcome()
    for step in 0..<2 {
      let losses: SDPNLosses = try sdpn.step(batch, numbers(step))
      outcome.losses.append([losses.crossEntropy, losses.memax, losses.koLeo, losses.total])
    }
    for (name, registry) in sdpn.registries { outcome.tensors.add(registry, name) }
    return outcome
  }

  private func compare(
    _ count: Int, _ train: @escaping @Sendable (any Collective) throws(CheckpointError) -> Outcome
  ) throws {
    let one = try train(SingleProcess.shared)
    let lanes = try Lane.run(count) { lane throws(CheckpointError) in try train(lane) }
    for lane in lanes {
      for (a, b) in zip(one.losses.joined(), lane.losses.joined()) {
        #expect(abs(a - b) < 1e-12 * max(1, abs(a)))
      }
      let (worst, key) = one.tensors.difference(from: lane.tensors)
      // Two steps in, a bias before a norm, which has no slope, holds nothing but rounding.
      #expect(worst < 1e-10, "\(key)")
      #expect(lane.tensors.values == lanes[0].tensors.values)
    }
    #expect(one.losses[0] != one.losses[1])
  }

  /// With twelve lanes each has one recording, which has no other in its own batch to be compared with.
  @Test(arguments: [2, 3, 12]) func `RDINO in lanes`(_ count: Int) throws {
    try compare(count) { processes throws(CheckpointError) in try Self.rdino(processes) }
  }

  @Test(arguments: [2, 3, 12]) func `SDPN in lanes`(_ count: Int) throws {
    try compare(count) { processes throws(CheckpointError) in try Self.sdpn(processes) }
  }
}
