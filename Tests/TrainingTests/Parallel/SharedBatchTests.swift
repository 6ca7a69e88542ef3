// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// K lanes with a batch of B each against one with a batch of K x B, in Double.
@Suite struct SharedBatchTests {
  typealias Numbers = NativeKernels<Double>

  private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var configuration: NetworkConfiguration
    var freeze: @Sendable (String) -> Bool = { _ in false }
    var kind = ClassifierKind.cosine
    var blocks = ClassifierBlocks.none
    var testDescription: String { name }
  }

  private static let frames = 20

  private static let cases = [
    Case(name: "ECAPA-TDNN", configuration: .ecapaTDNN(TinyBackbone.configuration)),
    Case(
      name: "ECAPA-TDNN, part of it frozen, linear", configuration: .ecapaTDNN(TinyBackbone.configuration),
      freeze: { $0.hasPrefix("blocks.1.") }, kind: .linear),
    Case(
      name: "ECAPA-TDNN, a linear classifier with blocks",
      configuration: .ecapaTDNN(TinyBackbone.configuration),
      kind: .linear, blocks: ClassifierBlocks(count: 2, width: 7)),
    Case(
      name: "x-vector, cosines with a block", configuration: TDNNNetworkTests.xvector,
      blocks: ClassifierBlocks(count: 1, width: 9)),
    Case(name: "CAM++", configuration: TDNNNetworkTests.campplus),
    Case(name: "x-vector", configuration: TDNNNetworkTests.xvector),
    Case(name: "ResNet34", configuration: .resNet34(ResidualNetworkTests.smallResNet())),
    Case(name: "ERes2Net", configuration: .res2Net(ResidualNetworkTests.small(.eres2Net))),
  ]

  private static func features(_ utterance: Int) -> [Float] {
    var random = KeyedRandom(seed: 31, UInt64(utterance))
    return (0..<frames * FrontEnd.bins).map { _ in Float(random.uniform() * 2 + 0.1) }
  }

  private struct Outcome: Sendable {
    var losses: [Loss] = []
    var tensors = TensorValues()
  }

  /// Two steps on this process's share of 12 utterances.
  private static func train(_ sample: Case, _ processes: any Collective) throws(CheckpointError) -> Outcome {
    let network = try sample.configuration.network(
      Numbers.self, front: .fbank, source: FreshParameters(seed: 5))
    network.freeze(where: sample.freeze)
    let classifier = try Classifier<Numbers>(
      sample.kind, embedding: network.embedding, classes: 3, blocks: sample.blocks,
      source: FreshParameters(seed: 6))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 1, processes: processes))
    finetune.longestGradient = 0.5
    let items = processes.share(of: Array(0..<12))
    var outcome = Outcome()
    for _ in 0..<2 {
      outcome.losses.append(
        try finetune.step(
          features: items.flatMap(features), frames: frames, labels: items.map { $0 % 3 },
          learningRate: 0.05, margin: sample.kind == .cosine ? 0.2 : 0))
    }
    outcome.tensors.add(network.registry)
    outcome.tensors.add(classifier.registry, "classifier.")
    return outcome
  }

  @Test(arguments: cases, [2, 3, 4])
  private
    func `lanes with shares of a batch do what one does with all of it`(
      _ sample: Case, _ count: Int
    ) throws
  {
    let one = try Self.train(sample, SingleProcess.shared)
    let lanes = try Lane.run(count) { lane throws(CheckpointError) in try Self.train(sample, lane) }
    for lane in lanes {
      for (a, b) in zip(one.losses, lane.losses) {
        #expect(abs(a.value - b.value) < 1e-12 * abs(a.value))
        #expect(a.correct == b.correct)
      }
      let (worst, key) = one.tensors.difference(from: lane.tensors)
      #expect(worst < 1e-11, "\(key)")
      // Not within rounding: they must never drift apart.
      #expect(lane.tensors.values == lanes[0].tensors.values)
    }
    #expect(one.losses[0] != one.losses[1])
  }
}
