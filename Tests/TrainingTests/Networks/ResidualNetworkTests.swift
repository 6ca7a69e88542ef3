// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// ResNet and the Res2Net family on small sizes: what keys tell, memory, workers, freezing, short utterances.
@Suite struct ResidualNetworkTests {
  typealias Numbers = NativeKernels<Float>

  static func small(
    _ variant: Res2NetConfiguration.Variant, _ change: (inout Res2NetConfiguration) -> Void = { _ in }
  ) -> Res2NetConfiguration {
    var sizes = Res2NetConfiguration(
      variant: variant, planes: 8, baseWidth: 32, scale: 2, expansion: 2, embedding: 12)
    sizes.counts = [1, 1, 2, 1]
    change(&sizes)
    return sizes
  }

  static func smallResNet(hasTwoLayers: Bool = true) -> ResNetConfiguration {
    var sizes = ResNetConfiguration(embedding: 12)
    sizes.planes = 8
    sizes.counts = [1, 2, 1, 1]
    sizes.hasTwoLayers = hasTwoLayers
    return sizes
  }

  static let networks: [NetworkConfiguration] = [
    .resNet34(smallResNet()), .res2Net(small(.res2Net)), .res2Net(small(.eres2Net)),
    .res2Net(small(.eres2NetV2) { $0.scale = 3 }),
  ]

  static let shapes: [NetworkConfiguration] =
    networks + [
      .resNet34(smallResNet(hasTwoLayers: false)),
      // Widths that are floors: 6 * 26 / 64 is 2, the last stage's 48 * 26 / 64 is 19.
      .res2Net(
        small(.eres2NetV2) {
          $0.planes = 6
          $0.baseWidth = 26
        }),
      .res2Net(
        small(.eres2Net) {
          $0.planes = 33
          $0.baseWidth = 27
          $0.expansion = 3
          $0.hasTwoLayers = true
        }),
      .res2Net(
        small(.res2Net) {
          $0.scale = 4
          $0.counts = [2, 3, 1, 2]
        }),
    ]

  @Test(arguments: shapes) func `keys and shapes tell the sizes`(_ configuration: NetworkConfiguration) throws
  {
    let slots = try configuration.slots
    let shapes = Dictionary(uniqueKeysWithValues: slots.map { (Text($0.key), $0.shape) })
    let found = try NetworkConfiguration(#require(Backbone(KeyShapes(shapes))))
    #expect(found == configuration)
    #expect(try found.slots == slots)
  }

  private func network<K: Kernels>(
    _: K.Type, _ configuration: NetworkConfiguration
  ) throws -> any SpeakerNetwork<K> {
    try configuration.network(K.self, front: .fbank, source: FreshParameters(seed: 5))
  }

  private func features(_ count: Int, stream: UInt64 = 0) -> [Float] {
    var random = KeyedRandom(seed: 9, stream)
    return (0..<count).map { _ in Float(random.uniform() * 2 - 1) }
  }

  @Test(arguments: networks) func `the fast kernels equal their definition`(
    _ configuration: NetworkConfiguration
  ) throws {
    func run<K: Kernels>(_: K.Type) throws -> [[Double]] {
      let network = try network(K.self, configuration)
      let tape = Tape<K>(Machine(workers: 2), training: true)
      let output = network.forward(tape, features(2 * 9 * 80), batch: 2)
      let values = doubles(output.value)
      fill(output.claimGradient().rows, (0..<values.count).map { Double($0 % 5) - 2 })
      tape.backward()
      return [values] + network.registry.parameters.map { $0.variable.gradient.map(doubles) ?? [] }
    }
    let exact = try run(ReferenceKernels<Double>.self)
    for (found, expected) in zip(try run(NativeKernels<Double>.self), exact) {
      let size = expected.reduce(1e-6) { max($0, abs($1)) }
      // Statistics over a handful of rows: some processors' kernels come to 1e-8 only nearly.
      let apart = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / size
      #expect(apart < 1e-6)
    }
  }

  @Test(arguments: networks) func `nine frames are enough, eight are refused`(
    _ configuration: NetworkConfiguration
  ) throws {
    let network = try network(Numbers.self, configuration)
    #expect(network.shortestInput == 9)
    let embedder = Embedder(network, workers: 1)
    #expect(throws: CheckpointError(.misfit, "")) {
      try embedder.embed(features: features(8 * 80), frames: 8)
    }
    let lengths = [9, 10, 33]
    let utterances = lengths.map { features($0 * 80) }
    let together = try embedder.embed(utterances)
    for (index, frames) in lengths.enumerated() {
      #expect(together[index].allSatisfy { $0.isFinite })
      #expect(try embedder.embed(features: utterances[index], frames: frames) == together[index])
    }
  }

  @Test(arguments: networks) func `a tape gives its memory back`(
    _ configuration: NetworkConfiguration
  ) throws {
    let network = try network(Numbers.self, configuration)
    let machine = Machine(workers: 2)
    for (recording, backward) in [(true, true), (true, false), (false, false)] {
      do {
        let tape = Tape<Numbers>(machine, training: true, recording: recording)
        let output = network.forward(tape, features(3 * 40 * 80), batch: 3)
        if backward {
          output.claimGradient().rows.fill(1)
          tape.backward()
        }
        #expect(machine.arena.bytesInUse > 0)
      }
      #expect(machine.arena.bytesInUse == 0, "recording \(recording), backward \(backward)")
    }
  }

  @Test(arguments: networks) func `one, two and three workers give the same bits`(
    _ configuration: NetworkConfiguration
  ) throws {
    var results: [[StateEntry]] = []
    for workers in 1...3 {
      let network = try network(Numbers.self, configuration)
      let classifier = try Classifier<Numbers>(
        .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
      let finetune = try Finetune(network, classifier, machine: Machine(workers: workers))
      for step in 0..<2 {
        _ = try finetune.step(
          features: features(6 * 30 * 80, stream: UInt64(step)), frames: 30, labels: [0, 1, 2, 3, 0, 1],
          learningRate: 0.05, margin: 0)
      }
      results.append(network.registry.stateDict + classifier.registry.stateDict)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test(arguments: networks) func `it learns`(_ configuration: NetworkConfiguration) throws {
    let network = try network(Numbers.self, configuration)
    let classifier = try Classifier<Numbers>(
      .linear, embedding: 12, classes: 3, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    var losses: [Double] = []
    for _ in 0..<12 {
      losses.append(
        try finetune.step(
          features: features(3 * 16 * 80), frames: 16, labels: [0, 1, 2], learningRate: 0.01, margin: 0
        ).value)
    }
    #expect(losses[11] < 0.85 * losses[0], "\(losses)")
  }

  @Test(arguments: networks) func `what is frozen stays as it was, statistics included`(
    _ configuration: NetworkConfiguration
  ) throws {
    let network = try network(Numbers.self, configuration)
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    for prefixes in [[], ["seg_"], ["layer4", "seg_"], ["layer2", "fuse"]] {
      let before = network.registry.stateDict
      network.freeze { key in !prefixes.contains { key.hasPrefix($0) } }
      _ = try finetune.step(
        features: features(2 * 20 * 80), frames: 20, labels: [1, 3], learningRate: 0.1, margin: 0.2)
      for (now, before) in zip(network.registry.stateDict, before) {
        let isTrained = prefixes.contains { now.key.hasPrefix($0) }
        #expect((now == before) == !isTrained, "\(now.key) with \(prefixes)")
      }
    }
  }

  @Test func `sizes that make no network are refused`() {
    for change: (inout Res2NetConfiguration) -> Void in [
      { $0.scale = 0 }, { $0.counts = [1, 1, 1] }, { $0.counts[2] = 0 }, { $0.planes = 0 },
      { $0.baseWidth = 7 }, { $0.expansion = 0 }, { $0.embedding = 0 },
    ] {
      #expect(throws: CheckpointError(.misfit, "")) {
        try Res2NetNetwork<Numbers>(Self.small(.eres2Net, change), source: FreshParameters(seed: 1))
      }
    }
    let single = Self.small(.res2Net) { $0.scale = 1 }
    #expect(!single.isSound)
    var resNet = Self.smallResNet()
    resNet.counts = []
    #expect(throws: CheckpointError(.misfit, "")) {
      try ResNetNetwork<Numbers>(resNet, source: FreshParameters(seed: 1))
    }
  }
}
