// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Keys, order and first values of the self-supervised models.
@Suite struct HeadTests {
  private typealias Numbers = NativeKernels<Float>

  private var backbone: NetworkConfiguration {
    var configuration = ECAPAConfiguration()
    configuration.embedding = 512
    return .ecapaTDNN(configuration)
  }

  private func compare(_ slots: [StateSlot], _ list: String) throws {
    let lines = try KeyLine.list(list)
    #expect(slots.map(\.key) == lines.map(\.name))
    #expect(slots.map(\.shape) == lines.map(\.shape))
    #expect(slots.map { $0.kind == .counter } == lines.map { $0.type == "int64" })
  }

  /// The real sizes: `rdino.yaml` and `sdpn.yaml`.
  @Test func `the state dicts are upstream's, key by key`() throws {
    let rdino = try Combiner<Numbers, RDINOHead<Float>>(backbone, .init(), source: OutlineParameters())
    try compare(rdino.slots, "rdino_checkpoint_student_full")
    let sdpn = try Combiner<Numbers, SDPNHead<Float>>(backbone, .init(), source: OutlineParameters())
    try compare(sdpn.slots, "sdpn_checkpoint_student_full")
  }

  @Test func `sizes are read off keys and shapes`() throws {
    func shapes(_ list: String) throws -> [Text: [Int]] {
      Dictionary(uniqueKeysWithValues: try KeyLine.list(list).map { (Text($0.name), $0.shape) })
    }
    #expect(RDINOHeadConfiguration(shapes: try shapes("head_rdino_full")) == RDINOHeadConfiguration())
    #expect(SDPNHeadConfiguration(shapes: try shapes("head_sdpn_full")) == SDPNHeadConfiguration())
    #expect(RDINOHeadConfiguration(shapes: try shapes("head_sdpn_full")) == nil)
    #expect(SDPNHeadConfiguration(shapes: ["mlp.0.weight": [3]]) == nil)
  }

  @Test func `first values are drawn as upstream draws them`() throws {
    let registry = Registry<Float>()
    var configuration = RDINOHeadConfiguration()
    (configuration.inputs, configuration.hidden, configuration.regularised) = (32, 64, 96)
    (configuration.bottleneck, configuration.outputs) = (64, 200)
    _ = try RDINOHead<Float>(configuration, Scope(registry, source: FreshParameters(seed: 5)))
    let values = Dictionary(
      uniqueKeysWithValues: registry.parameters.map { ($0.key, $0.floats.map { Double($0) }) })
    for key in ["mlp.0.weight", "mlp.3.weight", "mlp.6.weight", "add_layer.weight"] {
      let weight = try #require(values[key])
      let deviation = (weight.reduce(0) { $0 + $1 * $1 } / Double(weight.count)).squareRoot()
      #expect(abs(deviation - 0.02) < 0.001, "\(key): \(deviation)")
      #expect(try #require(values[key.replacing("weight", with: "bias")]).allSatisfy { $0 == 0 })
    }
    #expect(try #require(values["last_layer.weight_g"]).allSatisfy { $0 == 1 })
    let last = try #require(values["last_layer.weight_v"])
    #expect(last.allSatisfy { abs($0) <= 0.125 } && last.contains { abs($0) > 0.12 })
    #expect(registry.parameters.filter(\.isFrozen).map(\.key) == ["last_layer.weight_g"])
  }

  @Test func `a truncated normal draw stays within its bounds`() throws {
    let values = try FreshParameters(seed: 1).values(
      for: "w", shape: [20000], initial: .truncatedNormal(deviation: 2))
    #expect(values.allSatisfy { abs($0) <= 2 })
    let deviation = (values.reduce(0) { $0 + Double($1) * Double($1) } / 20000).squareRoot()
    // A normal distribution cut at one deviation has 0.5396 of it.
    #expect(abs(deviation - 2 * 0.5396) < 0.02)
  }
}
