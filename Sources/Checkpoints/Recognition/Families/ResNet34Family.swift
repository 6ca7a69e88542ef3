// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// Four stages of blocks of two convolutions; 3, 4, 6 and 3 of them as published.
  public static let resNet34 = Self(rawValue: "ResNet34")
}

/// ResNet34: `speakerlab/models/resnet/ResNet.py`. torchvision's networks have the same blocks, but no `seg_1`.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | ResNet34 | `layer1.0.conv2.weight` and `seg_1.weight` | `speakerlab/models/resnet/ResNet.py` |
///
/// | network | folded | stays |
/// |---|---|---|
/// | ResNet34 | stem, both norms of a block, shortcuts | `seg_bn_1`, which follows a ReLU |
enum ResNet34Family: BackboneFamily {
  static let families: [Backbone.Family] = [.resNet34]
  static let firstParts = ResidualLayers.firstParts

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4), shapes.shape("layer1.0.conv2.weight", 4) != nil,
      stem[1] == 1, !shapes.has("layer1.0.conv3.weight"), !shapes.has("layer1.0.convs.0.weight"),
      let embedding = shapes.outputs(
        [("seg_1.weight", 2), ("seg_1.bias", 1), ("seg_2.weight", 2)], or: asked),
      let counts = ResidualLayers.stages(shapes)
    else { return nil }
    let names = shapes.names
    let hasTwoLayers = hasTwoLayers(names)
    return Backbone(
      family: .resNet34, embedding: embedding, mels: ResidualLayers.mels(shapes, channels: stem[0]),
      frontEnd: nil, missing: names.missing(layers(counts: counts, hasTwoLayers: hasTwoLayers)),
      sizes: [
        "m_channels": [stem[0]], "num_blocks": counts, "two_emb_layer": [hasTwoLayers ? 1 : 0],
      ])
  }

  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    guard let blocks = ResidualLayers.blocks(shapes, names), !Res2NetFamily.isHinted(at: names, blocks),
      blocks.contains(where: { names.has($0 + "conv2") })
    else { return nil }
    return BackboneLikeness(
      families, sizes: ResidualLayers.sizes(shapes, expansion: 1),
      layers: layers(counts: ResidualLayers.ends(names), hasTwoLayers: hasTwoLayers(names)), in: names)
  }

  /// Where nothing of the last layers is left they are as upstream's class makes them: two.
  private static func hasTwoLayers(_ names: LayerNames) -> Bool {
    names.has("seg_2") || names.has("seg_bn_1") || !names.has("seg_1")
  }

  private static func layers(counts: [Int], hasTwoLayers: Bool) -> [String] {
    ResidualLayers.trunk(counts: counts, widens: false) { name, _ in
      [name + "conv2.weight", name + "bn2.weight"]
    } + ResidualLayers.segment(hasTwoLayers: hasTwoLayers)
  }

  static func norms(of family: Backbone.Family) -> NormPlaces {
    .known(ResidualLayers.stemNorm + blockNorms + ResidualLayers.shortcutNorm)
  }

  /// `BasicBlock`. `seg_bn_1` follows a ReLU.
  static let blockNorms = [
    NormRule(layer: "layer*.*.conv1", norm: "layer$1.$2.bn1"),
    NormRule(layer: "layer*.*.conv2", norm: "layer$1.$2.bn2"),
  ]
}
