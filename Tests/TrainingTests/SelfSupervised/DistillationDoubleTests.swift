// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import Testing
import Training

/// The same runs against PyTorch in float64, whose digits float32's rounding cannot hide:
/// `fixtures/golden/replay/self-supervised/float64.py`.
@Suite struct DistillationDoubleTests {
  private struct Golden: Decodable {
    /// Of every step.
    let losses: [[String: Double]]
    /// L2 norm, first and last element after the last step.
    let tensors: [String: [Double]]
  }

  private func golden(_ name: String) throws -> Golden {
    try GoldenFiles.decode(Golden.self, "replay/self-supervised/\(name)-float64.json")
  }

  private func agrees(_ losses: [[String: Double]], _ golden: Golden) {
    #expect(losses.count == golden.losses.count)
    for (step, (found, expected)) in zip(losses, golden.losses).enumerated() {
      #expect(found.keys == expected.keys)
      for (name, value) in expected {
        let apart = abs((found[name] ?? .infinity) - value)
        #expect(apart <= 1e-9 * abs(value), "step \(step): \(name) is \(apart) away")
      }
    }
  }

  /// The tensors of `part`, as far as rounding them to float32 lets one see. A bias before a batch normalisation has no
  /// slope, and what it holds is rounding's: that is below 1e-12.
  private func agrees(_ part: String, _ tensors: [String: [Float]], _ golden: Golden) {
    let expected = golden.tensors.filter { $0.key.hasPrefix(part) }
    #expect(expected.count == tensors.count)
    for (name, values) in tensors {
      guard let figures = expected[part + name], let first = values.first, let last = values.last else {
        Issue.record("\(part + name) is not in the file")
        continue
      }
      let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      for (found, value) in zip([norm, Double(first), Double(last)], figures) {
        #expect(
          abs(found - value) <= 1e-7 * abs(value) + 1e-9 * figures[0] + 1e-12,
          "\(part + name): \(found), not \(value)")
      }
    }
  }

  private func floats(_ entries: [StateEntry]) -> [String: [Float]] {
    var tensors: [String: [Float]] = [:]
    for entry in entries {
      if case .floats(let values) = entry.value { tensors[entry.key] = values }
    }
    return tensors
  }

  private func momentum(_ state: OptimizerState) -> [String: [Float]] {
    var tensors: [String: [Float]] = [:]
    for (index, entry) in state.entries {
      tensors["\(index)"] = entry.tensors["momentum_buffer"]?.values
    }
    return tensors
  }

  @Test func `RDINO`() throws {
    let (replay, golden) = (try DistillationReplay("rdino"), try golden("rdino"))
    let rdino = try replay.rdino(NativeKernels<Double>.self)
    let losses = try (0..<DistillationReplay.epochs).flatMap { try replay.train(rdino, epoch: $0) }
    agrees(losses.map { ["dino": $0.dino, "reg": $0.reg, "total": $0.total] }, golden)
    agrees("student/", floats(rdino.student.stateDict), golden)
    agrees("teacher/", floats(rdino.teacher.stateDict), golden)
    agrees("momentum/", momentum(rdino.optimizer.state), golden)
    agrees("center", ["": floats(rdino.dinoLoss.registry.stateDict)["center"] ?? []], golden)
  }

  @Test func `SDPN`() throws {
    let (replay, golden) = (try DistillationReplay("sdpn"), try golden("sdpn"))
    let sdpn = try replay.sdpn(NativeKernels<Double>.self)
    let losses = try (0..<DistillationReplay.epochs).flatMap { try replay.train(sdpn, epoch: $0) }
    agrees(
      losses.map {
        ["crossEntropy": $0.crossEntropy, "memax": $0.memax, "koLeo": $0.koLeo, "total": $0.total]
      }, golden)
    agrees("student/", floats(sdpn.student.stateDict), golden)
    agrees("teacher/", floats(sdpn.teacher.stateDict), golden)
    agrees("momentum/", momentum(sdpn.optimizer.state), golden)
    agrees("prototypes", ["": floats(sdpn.prototypes.registry.stateDict)["prototypes"] ?? []], golden)
  }
}
