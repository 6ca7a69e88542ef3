// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension NetworkConfiguration {
  /// The sizes that a backbone's keys and shapes tell.
  ///
  /// - Throws: `misfit` for a classifier, and for sizes that make no network that features can go through; `limit` for a
  ///   network that would not fit into memory.
  package init(_ backbone: Backbone) throws(CheckpointError) {
    func size(_ name: String) -> Int { backbone.sizes[name]?.first ?? 0 }
    guard backbone.mels == FrontEnd.bins else {
      throw CheckpointError(
        .misfit,
        "the network takes \(backbone.mels ?? 0) mel bins; the front ends here give \(FrontEnd.bins)")
    }
    let sizes = backbone.sizes.values.joined() + [backbone.embedding]
    guard sizes.allSatisfy({ (0...Self.mostChannels).contains($0) }) else { throw Self.tooLarge }
    switch backbone.family {
    case .ecapaTDNN:
      var sizes = ECAPAConfiguration()
      sizes.channels = backbone.sizes["channels"] ?? []
      sizes.kernels = backbone.sizes["kernel_sizes"] ?? []
      // Dilations leave no trace in shapes: as published.
      sizes.dilations = sizes.channels.indices.map { $0 + 1 }
      if let last = sizes.dilations.indices.last { sizes.dilations[last] = 1 }
      sizes.attentionChannels = size("attention_channels")
      sizes.squeezeChannels = size("se_channels")
      sizes.scale = size("res2net_scale")
      sizes.usesGlobalContext = size("global_context") == 1
      sizes.embedding = backbone.embedding
      guard sizes.isSound else { throw Self.unsound(backbone) }
      self = .ecapaTDNN(sizes)
    case .camPlusPlus:
      var sizes = CAMPPlusConfiguration(embedding: backbone.embedding)
      sizes.headChannels = size("m_channels")
      sizes.channels = size("init_channels")
      sizes.growth = size("growth_rate")
      sizes.bottleneck = size("bottleneck")
      let layers = backbone.sizes["layers"] ?? []
      guard layers.count == sizes.blocks.count else { throw Self.unsound(backbone) }
      for (index, count) in layers.enumerated() { sizes.blocks[index].layers = count }
      guard sizes.isSound else { throw Self.unsound(backbone) }
      self = .camPlusPlus(sizes)
    case .eres2Net, .eres2NetHuge, .eres2NetV2, .res2Net:
      let variant: Res2NetConfiguration.Variant =
        switch backbone.family {
        case .res2Net: .res2Net
        case .eres2NetV2: .eres2NetV2
        default: .eres2Net
        }
      let sizes = Res2NetConfiguration(
        variant: variant, planes: size("m_channels"), baseWidth: size("baseWidth"), scale: size("scale"),
        expansion: size("expansion"), counts: backbone.sizes["num_blocks"] ?? [],
        embedding: backbone.embedding, hasTwoLayers: size("two_emb_layer") == 1)
      guard sizes.isSound else { throw Self.unsound(backbone) }
      self = .res2Net(sizes)
    case .resNet34:
      var sizes = ResNetConfiguration(embedding: backbone.embedding)
      sizes.planes = size("m_channels")
      sizes.counts = backbone.sizes["num_blocks"] ?? []
      sizes.hasTwoLayers = size("two_emb_layer") == 1
      guard sizes.isSound else { throw Self.unsound(backbone) }
      self = .resNet34(sizes)
    case .xvector:
      var sizes = XVectorConfiguration(embedding: backbone.embedding)
      sizes.channels = backbone.sizes["channels"] ?? []
      sizes.kernels = backbone.sizes["kernel_sizes"] ?? []
      guard sizes.isSound else { throw Self.unsound(backbone) }
      self = .xvector(sizes)
    case .cosineClassifier, .linearClassifier:
      throw CheckpointError(
        .misfit, "it is a \(backbone.family.rawValue), no backbone",
        hint: "the `\(ThreeDSpeaker.file(ThreeDSpeaker.backbone))` beside it")
    }
    try checkSize()
  }

  private static func unsound(_ backbone: Backbone) -> CheckpointError {
    CheckpointError(
      .misfit, "the sizes that keys and shapes tell do not make a \(backbone.family.rawValue)")
  }

  /// Beyond it products of sizes would overflow before they could be judged.
  private static let mostChannels = 1 << 16

  /// - Throws: `limit` for a network that would not fit into memory.
  package func checkSize() throws(CheckpointError) {
    let count = try slots.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
    guard count < StateSlot.mostParameters else { throw Self.tooLarge }
  }

  private static var tooLarge: CheckpointError {
    CheckpointError(
      .limit, "a network of these sizes has more than \(Int(StateSlot.mostParameters)) parameters")
  }
}
