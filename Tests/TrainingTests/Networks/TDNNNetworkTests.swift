// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// CAM++ and x-vector on small sizes: what their keys tell, lengths, freezing, workers, memory.
@Suite struct TDNNNetworkTests {
  typealias Numbers = NativeKernels<Float>

  static let xvector: NetworkConfiguration = {
    var sizes = XVectorConfiguration(embedding: 12)
    sizes.channels = [16, 24, 16, 8, 40]
    sizes.kernels = [3, 5, 3, 1, 2]
    return .xvector(sizes)
  }()

  static let campplus: NetworkConfiguration = {
    var sizes = CAMPPlusConfiguration(embedding: 12)
    sizes.headChannels = 4
    sizes.channels = 16
    sizes.growth = 6
    sizes.bottleneck = 10
    for (index, layers) in [3, 2, 4].enumerated() { sizes.blocks[index].layers = layers }
    return .camPlusPlus(sizes)
  }()

  static let both = [xvector, campplus]

  private func network(_ sizes: NetworkConfiguration) throws -> any SpeakerNetwork<Numbers> {
    try sizes.network(Numbers.self, front: .fbank, source: FreshParameters(seed: 5))
  }

  private func features(_ frames: Int, stream: UInt64 = 0) -> [Float] {
    var random = KeyedRandom(seed: 9, stream)
    return (0..<(frames * 80)).map { _ in Float(random.uniform() * 2 - 1) }
  }

  @Test(arguments: both) func `sizes are read off keys and shapes`(_ sizes: NetworkConfiguration) throws {
    let shapes = Dictionary(uniqueKeysWithValues: try sizes.slots.map { (Text($0.key), $0.shape) })
    #expect(try NetworkConfiguration(#require(Backbone(KeyShapes(shapes)))) == sizes)
  }

  @Test func `sizes that make no network are refused`() throws {
    var shapes = Dictionary(uniqueKeysWithValues: try Self.campplus.slots.map { (Text($0.key), $0.shape) })
    // The second block has no layers.
    shapes = shapes.filter { !$0.key.contains("block2.") }
    #expect(Backbone(KeyShapes(shapes)) == nil)
    #expect(BackboneLikeness(KeyShapes(shapes))?.missing == ["xvector.block2"])
    shapes = Dictionary(uniqueKeysWithValues: try Self.xvector.slots.map { (Text($0.key), $0.shape) })
    shapes["frame_6.conv_1d.weight"] = [4, 40, 1]
    let longer = try #require(Backbone(KeyShapes(shapes)))
    #expect(throws: CheckpointError(.misfit, "")) { try NetworkConfiguration(longer) }
  }

  @Test(arguments: both) func `the shortest utterance is embedded, and a shorter one refused`(
    _ sizes: NetworkConfiguration
  ) throws {
    let network = try network(sizes)
    let embedder = Embedder(network, workers: 2)
    let shortest = network.shortestInput
    #expect(try embedder.embed(features: features(shortest), frames: shortest).allSatisfy(\.isFinite))
    #expect(throws: CheckpointError(.misfit, "")) {
      try embedder.embed(features: features(shortest - 1), frames: shortest - 1)
    }
  }

  /// More than two segments of CAM++ among them.
  @Test(arguments: both) func `embeddings of any length equal the definition's`(
    _ sizes: NetworkConfiguration
  ) throws {
    let network = try network(sizes)
    let exact = try sizes.network(
      ReferenceKernels<Double>.self, front: .fbank, source: FreshParameters(seed: 5))
    let embedder = Embedder(network, workers: 2)
    for frames in [network.shortestInput, 37, 201] {
      let found = try embedder.embed(features: features(frames), frames: frames)
      let tape = Tape<ReferenceKernels<Double>>(Machine(workers: 1), training: false)
      let expected = exact.forward(tape, features(frames), batch: 1).value.elements
      #expect(relativeDistance(found.map { Double($0) }, expected) < 1e-5)
    }
  }

  @Test(arguments: both) func `one, two and three workers give the same bits`(
    _ sizes: NetworkConfiguration
  ) throws {
    var results: [[StateEntry]] = []
    for workers in 1...3 {
      let network = try network(sizes)
      let classifier = try Classifier<Numbers>(
        .cosine, embedding: 12, classes: 40, source: FreshParameters(seed: 2))
      let finetune = try Finetune(network, classifier, machine: Machine(workers: workers))
      for step in 0..<2 {
        _ = try finetune.step(
          features: features(10 * 90, stream: UInt64(step)), frames: 90, labels: Array(0..<10),
          learningRate: 0.1, margin: 0.2)
      }
      results.append(network.registry.stateDict + classifier.registry.stateDict)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test(arguments: both) func `what is frozen stays as it was, statistics included, and the rest is trained`(
    _ sizes: NetworkConfiguration
  ) throws {
    let network = try network(sizes)
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    let thawed: (String) -> Bool =
      if sizes == Self.xvector {
        { $0.hasPrefix("frame_3.") || $0.hasPrefix("seg_1.") }
      } else {
        { $0.hasPrefix("xvector.block2.tdnnd2.") || $0 == "xvector.transit1.linear.weight" }
      }
    network.freeze { !thawed($0) }
    let before = network.registry.stateDict
    _ = try finetune.step(
      features: features(3 * 60), frames: 60, labels: [1, 3, 0], learningRate: 0.1, margin: 0.2)
    for (after, before) in zip(network.registry.stateDict, before) {
      #expect((after != before) == thawed(after.key), "\(after.key)")
    }
  }

  @Test(arguments: both) func `training lowers the loss`(_ sizes: NetworkConfiguration) throws {
    let network = try network(sizes)
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    let losses = try (0..<20).map { _ in
      try finetune.step(
        features: features(4 * 60), frames: 60, labels: [0, 1, 2, 3], learningRate: 0.05, margin: 0
      ).value
    }
    #expect(losses[19] < 0.2 * losses[0], "\(losses)")
  }

  @Test(arguments: both) func `a tape gives its memory back`(
    _ sizes: NetworkConfiguration
  ) throws {
    let network = try network(sizes)
    let machine = Machine(workers: 2)
    for (recording, backward) in [(false, false), (true, false), (true, true)] {
      do {
        let tape = Tape<Numbers>(machine, training: true, recording: recording)
        let output = network.forward(tape, features(3 * 120), batch: 3)
        if backward {
          output.claimGradient().rows.fill(1)
          tape.backward()
        }
        #expect(machine.arena.bytesInUse > 0)
      }
      #expect(machine.arena.bytesInUse == 0, "recording \(recording), backward \(backward)")
    }
  }

  /// `kaiming_normal_` and zero biases in CAM++'s one-dimensional layers, PyTorch's defaults elsewhere.
  @Test func `fresh values are upstream's`() throws {
    for parameter in try network(Self.campplus).registry.parameters where parameter.shape.count != 4 {
      guard parameter.shape.count > 1 else {
        let value: Float = parameter.key.hasSuffix(".weight") ? 1 : 0
        #expect(parameter.floats.allSatisfy { $0 == value }, "\(parameter.key)")
        continue
      }
      guard parameter.floats.count > 300 else { continue }
      let fan = parameter.shape.dropFirst().reduce(1, *)
      let square = parameter.floats.reduce(0) { $0 + $1 * $1 } / Float(parameter.floats.count)
      #expect(abs(square * Float(fan) / 2 - 1) < 0.3, "\(parameter.key)")
    }
  }
}
