// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// Chen and others 2024: the last two stages are fused.
  public static let eres2NetV2 = Self(rawValue: "ERes2NetV2")
  /// Chen and others 2023: all stages are fused, one after the other.
  public static let eres2Net = Self(rawValue: "ERes2Net")
  /// An ERes2Net of scale 3 and expansion 4.
  public static let eres2NetHuge = Self(rawValue: "ERes2Net huge")
  /// Blocks in parts that are added, and nothing that fuses.
  public static let res2Net = Self(rawValue: "Res2Net")
}

/// Res2Net and the ERes2Nets, which differ in what is fused: `speakerlab/models/res2net/Res2Net.py` and
/// `speakerlab/models/eres2net/`.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | ERes2NetV2 | `fuse34.local_att.0.weight` and `layer3_ds.weight` | `speakerlab/models/eres2net/ERes2NetV2.py` |
/// | ERes2Net, huge | `fuse_mode1234.local_att.0.weight`; huge has scale 3, expansion 4 | `ERes2Net.py`, `ERes2Net_huge.py` |
/// | Res2Net | `layer1.0.convs.0.weight` and `layer4.0.convs.0.weight` without fusion | `speakerlab/models/res2net/Res2Net.py` |
///
/// | network | folded | stays |
/// |---|---|---|
/// | ERes2NetV2, ERes2Net | stem, `bn1`, `bns`, `bn3`, shortcuts, both norms of each fusion (`local_att`) | |
/// | Res2Net | the same without fusions | |
enum Res2NetFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.eres2NetV2, .eres2Net, .eres2NetHuge, .res2Net]
  static let firstParts = ResidualLayers.firstParts

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4),
      let width = shapes.shape("layer4.0.convs.0.weight", 4),
      let first = shapes.shape("layer1.0.conv1.weight", 4),
      let part = shapes.shape("layer1.0.convs.0.weight", 4),
      let out = shapes.shape("layer1.0.conv3.weight", 4),
      let embedding = shapes.outputs([("seg_1.weight", 2), ("seg_1.bias", 1)], or: asked),
      let counts = ResidualLayers.stages(shapes)
    else { return nil }
    let m = stem[0]
    let convolutions = shapes.count { "layer1.0.convs.\($0).weight" }
    let expansion = out[0] / m
    let names = shapes.names
    let family: Backbone.Family
    var scale = convolutions
    switch (hasFusion(.eres2Net, names), hasFusion(.eres2NetV2, names)) {
    case (true, true): return nil
    case (false, true): family = .eres2NetV2
    case (true, false): family = scale == 3 && expansion == 4 ? .eres2NetHuge : .eres2Net
    case (false, false):
      // The last part passes through a block of Res2Net unchanged, so that it has no convolution.
      family = .res2Net
      scale += 1
    }
    // An ERes2Net without what fuses is no Res2Net: every part of its blocks is convolved.
    guard expansion > 0, convolutions > 0, first[0] == part[0] * scale else { return nil }
    // The last stage has width = floor(8 m baseWidth / 64), the others floors of it over 8, 4 and 2: the least base
    // width that gives it gives them all.
    let baseWidth = (width[0] * 8 + m - 1) / m
    let hasTwoLayers = hasTwoLayers(names)
    let layers = layers(
      family, counts: counts, convolutions: convolutions, widens: expansion > 1, hasTwoLayers: hasTwoLayers)
    return Backbone(
      family: family, embedding: embedding, mels: ResidualLayers.mels(shapes, channels: m * expansion),
      frontEnd: nil, missing: names.missing(layers),
      sizes: [
        "m_channels": [m], "baseWidth": [baseWidth], "scale": [scale], "expansion": [expansion],
        "num_blocks": counts, "two_emb_layer": [hasTwoLayers ? 1 : 0],
      ])
  }

  static func misfit(_ backbone: Backbone) -> String? {
    func differs(expansion: Int, scale: Int, baseWidth: Int) -> String? {
      backbone.difference("expansion", from: [expansion]) ?? backbone.difference("scale", from: [scale])
        ?? backbone.difference("baseWidth", from: [baseWidth])
    }
    return switch backbone.family {
    case .eres2NetV2: nil
    case .eres2NetHuge: differs(expansion: 4, scale: 3, baseWidth: 24)
    default: differs(expansion: 2, scale: 2, baseWidth: 32)
    }
  }

  static func norms(of family: Backbone.Family) -> NormPlaces {
    .known(
      ResidualLayers.stemNorm + blockNorms + ResidualLayers.shortcutNorm
        + (family == .res2Net ? [] : fusionNorms))
  }

  private static let blockNorms = [
    NormRule(layer: "layer*.*.conv1", norm: "layer$1.$2.bn1"),
    NormRule(layer: "layer*.*.convs.*", norm: "layer$1.$2.bns.$3"),
    NormRule(layer: "layer*.*.conv3", norm: "layer$1.$2.bn3"),
  ]

  /// `AFF` of `speakerlab/models/eres2net/fusion.py`: layer, batch norm, SiLU, layer, batch norm.
  private static let fusionNorms = [
    NormRule(layer: "layer*.*.fuse_models.*.local_att.0", norm: "layer$1.$2.fuse_models.$3.local_att.1"),
    NormRule(layer: "layer*.*.fuse_models.*.local_att.3", norm: "layer$1.$2.fuse_models.$3.local_att.4"),
    NormRule(layer: "fuse*.local_att.0", norm: "fuse$1.local_att.1"),
    NormRule(layer: "fuse*.local_att.3", norm: "fuse$1.local_att.4"),
  ]

  // MARK: - Layers

  /// - Parameters:
  ///   - counts: the blocks of each of four stages.
  ///   - convolutions: those of 3 x 3 in a block.
  ///   - widens: whether the first stage gives more channels than it takes.
  static func layers(
    _ family: Backbone.Family, counts: [Int], convolutions: Int, widens: Bool, hasTwoLayers: Bool
  ) -> [String] {
    ResidualLayers.trunk(counts: counts, widens: widens) { name, stage in
      var layers: [String] = []
      for part in 0..<max(convolutions, 1) {
        layers += ["\(name)convs.\(part).weight", "\(name)bns.\(part).weight"]
        if family != .res2Net, stage > 1, part + 1 < convolutions {
          layers += attention("\(name)fuse_models.\(part)")
        }
      }
      return layers + [name + "conv3.weight", name + "bn3.weight"]
    } + fusions(family) + ResidualLayers.segment(hasTwoLayers: hasTwoLayers)
  }

  static func hasTwoLayers(_ names: LayerNames) -> Bool { names.has("seg_2") || names.has("seg_bn_1") }

  /// What brings the stages of an ERes2Net together.
  static func fusions(_ family: Backbone.Family) -> [String] {
    switch family {
    case .res2Net: []
    case .eres2NetV2: ["layer3_ds.weight"] + attention("fuse34")
    default:
      (1...3).map { "layer\($0)_downsample.weight" }
        + ["12", "123", "1234"].flatMap { attention("fuse_mode\($0)") }
    }
  }

  /// Whether anything is there that brings the stages together in the way of that family.
  static func hasFusion(_ family: Backbone.Family, _ names: LayerNames) -> Bool {
    fusions(family).contains { names.gap(at: Text($0)) == nil }
  }

  /// `AFF`: two convolutions and their norms.
  private static func attention(_ name: String) -> [String] {
    [0, 1, 3, 4].map { "\(name).local_att.\($0).weight" }
  }
}
