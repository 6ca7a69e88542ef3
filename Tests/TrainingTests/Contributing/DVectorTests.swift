// SPDX-License-Identifier: Apache-2.0
import Testing

import Checkpoints
import Training

/// The backbone of `docs/contributing.md`.
struct DVectorTests {
  private static let known = BackboneFamilies.standard + [DVectorFamily.self]
  private static let networks = NetworkFamilies.standard + [.dVector]
  private static let configuration: NetworkConfiguration = {
    var sizes = DVectorConfiguration(embedding: 12)
    sizes.channels = 16
    return NetworkConfiguration(sizes)
  }()

  private static func features(_ count: Int, stream: UInt64 = 0) -> [Float] {
    var random = KeyedRandom(seed: 9, stream)
    return (0..<count).map { _ in Float(random.uniform() * 2 - 1) }
  }

  @Test func `keys and shapes tell the network and its sizes`() throws {
    let shapes = KeyShapes(try Self.configuration.slots)
    let backbone = try #require(Backbone(shapes, among: Self.known))
    #expect(backbone.summary == "d-vector, channels 16, embedding 12, 80 mels")
    #expect(try NetworkConfiguration(backbone, among: Self.networks) == Self.configuration)
    #expect(Backbone(shapes) == nil)
    #expect(throws: CheckpointError(.misfit, "")) { try NetworkConfiguration(backbone) }
  }

  @Test func `without a layer it is told what is left, or what is missing`() throws {
    let slots = try Self.configuration.slots
    func shapes(without layer: String) -> KeyShapes {
      KeyShapes(slots.filter { !$0.key.hasPrefix(layer + ".") })
    }
    for layer in ["frame", "embedding"] {
      #expect(Backbone(shapes(without: layer), among: Self.known) == nil)
      let likeness = try #require(BackboneLikeness(shapes(without: layer), among: Self.known))
      #expect(likeness.families == [.dVector])
      #expect(likeness.missing == [Text(layer)])
    }
    let drawn = try #require(Backbone(shapes(without: "embedding"), embedding: 7, among: Self.known))
    #expect(drawn.embedding == 7 && drawn.missing == ["embedding"])
    #expect(Backbone(shapes(without: "frame_bn"), among: Self.known)?.missing == ["frame_bn"])
    #expect(BackboneLikeness(shapes(without: "frame")) == nil)
  }

  @Test func `a size that is published has a name, and any length of embeddings`() {
    let published = Self.networks.all.flatMap(\.published).first { $0.name == "dvector" }
    #expect(published?.embeddings == [256])
    #expect(published?.configuration(7).embedding == 7)
  }

  @Test func `embeddings equal the definition's`() throws {
    let source = FreshParameters(seed: 5)
    let network = try Self.configuration.network(NativeKernels<Float>.self, front: .fbank, source: source)
    let exact = try Self.configuration.network(ReferenceKernels<Double>.self, front: .fbank, source: source)
    for frames in [1, 37] {
      let features = Self.features(frames * 80)
      let found = try Embedder(network, workers: 2).embed(features: features, frames: frames)
      let tape = Tape<ReferenceKernels<Double>>(Machine(workers: 1), training: false)
      let expected = exact.forward(tape, features, batch: 1).value.elements
      #expect(relativeDistance(found.map { Double($0) }, expected) < 1e-5)
    }
  }

  @Test func `training lowers the loss`() throws {
    let network = try Self.configuration.network(
      NativeKernels<Float>.self, front: .fbank, source: FreshParameters(seed: 5))
    let classifier = try Classifier<NativeKernels<Float>>(
      .linear, embedding: 12, classes: 3, source: FreshParameters(seed: 1))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: 2))
    let features = Self.features(3 * 20 * 80)
    let losses = try (0..<30).map { _ in
      try finetune.step(features: features, frames: 20, labels: [0, 1, 2], learningRate: 0.05, margin: 0)
        .value
    }
    #expect(losses[29] < 0.2 * losses[0], "\(losses)")
  }
}
