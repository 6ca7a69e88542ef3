// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Names, shapes, sources, freezing and inference of ECAPA-TDNN, on small sizes.
@Suite struct NetworkTests {
  typealias Numbers = NativeKernels<Float>

  private func small(_ change: (inout ECAPAConfiguration) -> Void = { _ in }) -> ECAPAConfiguration {
    var configuration = ECAPAConfiguration()
    configuration.channels = [16, 16, 16, 16, 48]
    configuration.attentionChannels = 8
    configuration.squeezeChannels = 8
    configuration.embedding = 12
    change(&configuration)
    return configuration
  }

  private func network(
    _ configuration: ECAPAConfiguration, front: FrontEnd = .fbank
  ) throws -> ECAPANetwork<Numbers> {
    try ECAPANetwork(configuration, front: front, source: FreshParameters(seed: 5))
  }

  private func features(_ count: Int, stream: UInt64 = 0) -> [Float] {
    var random = KeyedRandom(seed: 9, stream)
    return (0..<count).map { _ in Float(random.uniform() * 2 + 0.1) }
  }

  @Test(arguments: ["ecapa_tdnn_sup192", "ecapa_tdnn_rdino512", "ecapa_tdnn_sup_classdefault_c512"])
  func `the state dict has upstream's keys, shapes and order`(_ name: String) throws {
    let keys = try KeyLine.list(name)
    let shapes = Dictionary(uniqueKeysWithValues: keys.map { (Text($0.name), $0.shape) })
    let layout = try NetworkConfiguration(#require(Backbone(KeyShapes(shapes)))).slots
    #expect(layout.map(\.key) == keys.map(\.name))
    #expect(layout.map(\.shape) == keys.map(\.shape))
    #expect(layout.map { $0.kind == .parameter } == keys.map { $0.kind == "parameter" })
    #expect(layout.map { $0.kind == .counter } == keys.map { $0.type == "int64" })
  }

  @Test func `sizes are read off the shapes, a shortcut and odd sizes among them`() throws {
    let odd = small {
      $0.inputs = 40
      $0.channels = [8, 12, 20, 9]
      $0.kernels = [3, 5, 3, 1]
      $0.dilations = [1, 2, 3, 1]
      $0.scale = 4
      $0.usesGlobalContext = false
    }
    for configuration in [small(), odd] {
      let layout = try NetworkConfiguration.ecapaTDNN(configuration).slots
      let shapes = Dictionary(uniqueKeysWithValues: layout.map { (Text($0.key), $0.shape) })
      #expect(try ECAPAConfiguration(#require(Backbone(KeyShapes(shapes)))) == configuration)
      #expect((shapes["blocks.1.shortcut.conv.weight"] != nil) == (configuration == odd))
    }
    let machine = Machine(workers: 2)
    let classifier = try Classifier<Numbers>(
      .linear, embedding: odd.embedding, classes: 3, source: FreshParameters(seed: 1))
    let finetune = try Finetune(network(odd), classifier, machine: machine)
    var losses: [Double] = []
    for _ in 0..<30 {
      losses.append(
        try finetune.step(
          features: features(3 * 9 * 40), frames: 9, labels: [0, 1, 2], learningRate: 0.05, margin: 0
        ).value)
    }
    #expect(losses[29] < 0.2 * losses[0], "\(losses)")
  }

  @Test func `shapes that are not an ECAPA-TDNN's give nothing`() throws {
    let layout = try NetworkConfiguration.ecapaTDNN(small()).slots
    var shapes = Dictionary(uniqueKeysWithValues: layout.map { (Text($0.key), $0.shape) })
    shapes["mfa.conv.conv.weight"] = [48, 47, 1]
    #expect(Backbone(KeyShapes(shapes)) == nil)
    #expect(Backbone(KeyShapes([:])) == nil)
    #expect(Backbone(KeyShapes(["blocks.0.conv.conv.weight": [0]])) == nil)
  }

  @Test func `a missing or misshapen tensor is named`() throws {
    let layout = try NetworkConfiguration.ecapaTDNN(small()).slots
    var source = LoadedParameters([:])
    for slot in layout {
      source.tensors[Text(slot.key)] =
        slot.kind == .counter
        ? .counter(1) : .floats(shape: slot.shape, Array(repeating: 0.5, count: slot.shape.reduce(1, *)))
    }
    let whole = try ECAPANetwork<Numbers>(small(), front: .mel, source: source)
    #expect(whole.registry.stateDict.count == layout.count)
    source.tensors["fc.conv.bias"] = nil
    let missing = #expect(throws: CheckpointError.self) {
      try ECAPANetwork<Numbers>(small(), front: .mel, source: source)
    }
    #expect(missing?.code == .misfit && missing?.location.key == "fc.conv.bias")
    source.tensors["fc.conv.bias"] = .floats(shape: [2, 6], Array(repeating: 0, count: 12))
    #expect(throws: CheckpointError(.misfit, "")) {
      try ECAPANetwork<Numbers>(small(), front: .mel, source: source)
    }
    let chosen = ChosenParameters(fresh: FreshParameters(seed: 1), loaded: source) { $0.hasPrefix("fc.") }
    let network = try ECAPANetwork<Numbers>(small(), front: .mel, source: chosen)
    #expect(network.registry.parameters.first?.floats.first == 0.5)
    #expect(network.registry.parameters.last?.floats.first != 0.5)
  }

  @Test func `fresh values lie in PyTorch's ranges and do not depend on order`() throws {
    let network = try network(small())
    for parameter in network.registry.parameters {
      if parameter.key.contains("norm") {
        #expect(Set(parameter.floats) == [parameter.key.hasSuffix("weight") ? 1 : 0])
        continue
      }
      let weight = parameter.key.replacing("bias", with: "weight")
      let shape = try #require(network.registry.parameters.first { $0.key == weight }).shape
      let bound = Float((1 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
      let largest = parameter.floats.map(abs).max() ?? 0
      #expect(largest <= bound && (parameter.floats.count < 64 || largest > 0.9 * bound), "\(parameter.key)")
    }
    let source = FreshParameters(seed: 5)
    let again = try source.values(for: "fc.conv.bias", shape: [12], initial: .kaiming(fanIn: 96))
    #expect(network.registry.parameters.last?.floats == again)
  }

  @Test func `Philox gives its published words`() {
    #expect(
      KeyedRandom.philox(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      KeyedRandom.philox(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  }

  @Test func `freezing the backbone leaves it as it was, statistics included`() throws {
    let network = try network(small())
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    network.freeze { _ in true }
    let (before, weight) = (network.registry.stateDict, classifier.registry.stateDict)
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    _ = try finetune.step(
      features: features(2 * 20 * 80), frames: 20, labels: [1, 3], learningRate: 0.1, margin: 0.2)
    #expect(network.registry.stateDict == before)
    #expect(classifier.registry.stateDict != weight)
    network.freeze { !$0.hasPrefix("fc.") }
    _ = try finetune.step(
      features: features(2 * 20 * 80), frames: 20, labels: [1, 3], learningRate: 0.1, margin: 0.2)
    let changed = zip(network.registry.stateDict, before).filter { $0 != $1 }.map(\.0.key)
    #expect(changed == ["fc.conv.weight", "fc.conv.bias"])
  }

  @Test func `one, two and three workers give the same bits when there is work to share`() throws {
    let wide = small { $0.channels = [64, 64, 64, 64, 192] }
    var results: [[StateEntry]] = []
    for workers in 1...3 {
      let network = try network(wide, front: .mel)
      let classifier = try Classifier<Numbers>(
        .cosine, embedding: 12, classes: 40, source: FreshParameters(seed: 2))
      let finetune = try Finetune(network, classifier, machine: Machine(workers: workers))
      for step in 0..<2 {
        _ = try finetune.step(
          features: features(10 * 90 * 80, stream: UInt64(step)), frames: 90, labels: Array(0..<10),
          learningRate: 0.1, margin: 0.2)
      }
      results.append(network.registry.stateDict + classifier.registry.stateDict)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func `embeddings of any length, one by one or many, equal the evaluation pass`() throws {
    let network = try network(small(), front: .mel)
    let embedder = Embedder(network, workers: 2)
    let lengths = [5, 37, 300, 6, 64]
    let utterances = lengths.enumerated().map { features($1 * 80, stream: UInt64($0)) }
    let together = try embedder.embed(utterances)
    for (index, features) in utterances.enumerated() {
      #expect(try embedder.embed(features: features, frames: lengths[index]) == together[index])
      let tape = Tape<ReferenceKernels<Double>>(Machine(workers: 1), training: false)
      let exact = try ECAPANetwork<ReferenceKernels<Double>>(
        small(), front: .mel, source: FreshParameters(seed: 5))
      let input = tape.input(features, batch: 1, positions: lengths[index], channels: 80)
      let expected = exact.forward(tape, input).value.elements
      #expect(relativeDistance(together[index].map { Double($0) }, expected) < 1e-5)
    }
  }

  @Test func `embeddings after a training step are those of the new weights`() throws {
    let network = try network(small(), front: .mel)
    let embedder = Embedder(network, workers: 2)
    let utterances = (0..<4).map { features(60 * 80, stream: UInt64($0)) }
    let before = try embedder.embed(utterances)
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 1))
    _ = try finetune.step(
      features: features(4 * 60 * 80), frames: 60, labels: Array(0..<4), learningRate: 0.1, margin: 0.2)
    let after = try embedder.embed(utterances)
    #expect(after != before)
    #expect(try after == Embedder(network, workers: 1).embed(utterances))
    #expect(try after == utterances.map { try embedder.embed(features: $0, frames: 60) })
  }

  @Test func `a tape gives its memory back, run back or not`() throws {
    let network = try network(small())
    let machine = Machine(workers: 2)
    for (recording, backward) in [(true, true), (true, false), (false, false)] {
      do {
        let tape = Tape<Numbers>(machine, training: true, recording: recording)
        let input = tape.input(features(3 * 40 * 80), batch: 3, positions: 40, channels: 80)
        let output = network.forward(tape, input)
        if backward {
          output.claimGradient().rows.fill(1)
          tape.backward()
        }
        #expect(machine.arena.bytesInUse > 0)
      }
      #expect(machine.arena.bytesInUse == 0, "recording \(recording), backward \(backward)")
    }
    // The estimate that guards against too long a recording is near what is used.
    let estimate = 3 * 40 * (16 * 4 + 48) * 4 * 6
    #expect(machine.arena.peakBytes < 2 * estimate && machine.arena.peakBytes > estimate / 2)
  }

  @Test func `sizes that do not go together are refused`() throws {
    let network = try network(small())
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: 12, classes: 4, source: FreshParameters(seed: 2))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 1))
    for (count, frames, labels) in [
      (80 * 4, 4, [0]), (80 * 20, 20, [4]), (80 * 20, 20, [-1]), (80 * 20 - 1, 20, [0]), (0, 20, []),
    ] {
      #expect(throws: CheckpointError(.misfit, "")) {
        try finetune.step(
          features: features(count), frames: frames, labels: labels, learningRate: 0.1, margin: 0)
      }
    }
    #expect(throws: CheckpointError(.misfit, "")) { try Embedder(network).embed([features(80 * 4)]) }
    let other = try Classifier<Numbers>(.linear, embedding: 13, classes: 4, source: FreshParameters(seed: 2))
    #expect(throws: CheckpointError(.misfit, "")) { try Finetune(network, other) }
  }
}
