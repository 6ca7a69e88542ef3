// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

@testable import Training

/// K lanes with a batch of B each against one with a batch of K x B, in Double.
@Suite struct SharedBatchTests {
  typealias Numbers = NativeKernels<Double>

  /// What steps leave behind.
  private struct Outcome: Sendable {
    var losses: [Double] = []
    var correct: [Int] = []
    /// Of the last step.
    var gradients: [String: [Double]] = [:]
    var values: [String: [Double]] = [:]
    var counters: [String: Int64] = [:]
  }

  private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var configuration: NetworkConfiguration
    var freeze: @Sendable (String) -> Bool = { _ in false }
    var kind = ClassifierKind.cosine
    var testDescription: String { name }
  }

  private static let frames = 12

  private static let cases = [
    Case(name: "ECAPA-TDNN", configuration: .ecapaTDNN(TinyBackbone.configuration)),
    Case(
      name: "ECAPA-TDNN, part of it frozen, linear", configuration: .ecapaTDNN(TinyBackbone.configuration),
      freeze: { $0.hasPrefix("blocks.1.") }, kind: .linear),
  ]

  private static func features(_ utterance: Int) -> [Float] {
    var random = KeyedRandom(seed: 31, UInt64(utterance))
    return (0..<frames * FrontEnd.bins).map { _ in Float(random.uniform() * 2 + 0.1) }
  }

  /// Three steps on this process's share of 12 utterances.
  private static func train(_ sample: Case, _ processes: any Collective) throws(CheckpointError) -> Outcome {
    let network = try sample.configuration.network(
      Numbers.self, front: .fbank, source: FreshParameters(seed: 5))
    network.freeze(where: sample.freeze)
    let classifier = try Classifier<Numbers>(
      sample.kind, embedding: network.embedding, classes: 3, source: FreshParameters(seed: 6))
    let finetune = try Finetune(
      network, classifier, machine: Machine(workers: 1, processes: processes))
    finetune.longestGradient = 0.5
    let items = processes.share(of: Array(0..<12))
    var outcome = Outcome()
    for _ in 0..<3 {
      let loss = try finetune.step(
        features: items.flatMap(features), frames: frames, labels: items.map { $0 % 3 }, learningRate: 0.05,
        margin: sample.kind == .cosine ? 0.2 : 0)
      outcome.losses.append(loss.value)
      outcome.correct.append(loss.correct)
    }
    for entry in network.registry.entries + classifier.registry.entries {
      switch entry {
      case .parameter(let tensor):
        outcome.values[tensor.key] = tensor.value.elements
        outcome.gradients[tensor.key] = tensor.usedGradient?.elements
      case .buffer(let tensor): outcome.values[tensor.key] = tensor.value.elements
      case .counter(let counter): outcome.counters[counter.key] = counter.value
      }
    }
    return outcome
  }

  /// The largest difference, against the largest value of its own tensor.
  private func difference(_ a: [String: [Double]], _ b: [String: [Double]]) -> Double {
    guard a.keys == b.keys else { return .infinity }
    return a.keys.reduce(0) { worst, key in
      let (x, y) = (a[key]!, b[key]!)
      guard x.count == y.count else { return .infinity }
      let apart = zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1)) }
      return max(worst, apart / max(1e-3, x.reduce(0) { max($0, abs($1)) }))
    }
  }

  @Test(arguments: cases, [2, 3, 4])
  private func `lanes with shares of a batch do what one does with all of it`(
    _ sample: Case, _ count: Int
  ) throws {
    let one = try Self.train(sample, SingleProcess.shared)
    let lanes = try Lane.run(count) { lane throws(CheckpointError) in try Self.train(sample, lane) }
    for lane in lanes {
      #expect(zip(one.losses, lane.losses).allSatisfy { abs($0 - $1) < 1e-12 * max(1, abs($0)) })
      #expect(one.correct == lane.correct)
      #expect(one.counters == lane.counters)
      #expect(difference(one.values, lane.values) < 1e-12)
      #expect(difference(one.gradients, lane.gradients) < 1e-12)
      // Not within rounding: they must never drift apart.
      #expect(lane.values == lanes[0].values)
    }
    // Shares of other sizes would be other runs.
    #expect(one.losses[0] != one.losses[2])
  }
}
