// SPDX-License-Identifier: Apache-2.0

extension BackboneLikeness {
  /// What the keys of the two-dimensional families begin with.
  static let residualNames: [Text] =
    [
      "conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "seg_1", "seg_bn_1", "seg_2", "layer3_ds",
      "fuse34",
    ]
    + (1...3).map { "layer\($0)_downsample" as Text }
    + ["12", "123", "1234"].map { "fuse_mode\($0)" as Text }

  /// Res2Net, the ERes2Nets and ResNet34, which have most names in common with each other, and some with torchvision's.
  static func residual(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    let blocks = (1...4).flatMap { stage in
      (0..<min(names.end("layer\(stage)."), most)).map { "layer\(stage).\($0)." as Text }
    }
    // Photographs have three channels, and torchvision and timm call a shortcut `downsample`.
    guard shapes.shape("conv1.weight", 4).map({ $0[1] == 1 }) ?? true,
      !blocks.contains(where: { names.has($0 + "downsample") }),
      names.has("seg_1") || names.has("seg_2") || blocks.contains(where: { names.has($0 + "shortcut") }),
      let families = families(shapes, names, blocks), let family = families.first
    else { return nil }
    let hasTwoLayers =
      names.has("seg_2") || names.has("seg_bn_1") || (family == .resNet34 && !names.has("seg_1"))
    let layers = BackboneLayers.residual(
      family, counts: (1...4).map { min(names.end("layer\($0)."), most) },
      convolutions: min(blocks.map { names.end($0 + "convs.") }.max() ?? 0, most),
      widens: family != .resNet34,
      hasTwoLayers: hasTwoLayers)
    // Of two families, what one has and the other has not is not missing.
    let both =
      families.count > 1 ? Set(BackboneLayers.fusions(.eres2Net) + BackboneLayers.fusions(.eres2NetV2)) : []
    return BackboneLikeness(
      families: families,
      sizes: [
        planes(shapes, expansion: family == .resNet34 ? 1 : nil).map { "m_channels \($0)" },
        shapes.outputs([("seg_1.weight", 2), ("seg_2.weight", 2)], or: nil).map { "embedding \($0)" },
      ].compactMap { $0 },
      missing: BackboneLayers.missing(layers.filter { !both.contains($0) }, in: names))
  }

  /// The first stage's planes: the stem gives as many. Later stages have twice as many each.
  private static func planes(_ shapes: KeyShapes, expansion: Int?) -> Int? {
    if let stem = shapes.shape("conv1.weight", 4) ?? shapes.shape("bn1.weight", 1) { return stem[0] }
    if let first = shapes.shape("layer1.0.conv1.weight", 4) { return first[1] }
    guard let expansion else { return nil }
    for stage in 1...4 {
      if let out = shapes.shape("layer\(stage).0.conv2.weight", 4) {
        return out[0] / expansion >> (stage - 1)
      }
    }
    return nil
  }

  /// The families that the blocks and what fuses them can be of; nil where there is neither.
  private static func families(
    _ shapes: KeyShapes, _ names: LayerNames, _ blocks: [Text]
  ) -> [Backbone.Family]? {
    func has(_ family: Backbone.Family) -> Bool {
      BackboneLayers.fusions(family).contains { names.gap(at: Text($0)) == nil }
    }
    // Every part is convolved in an ERes2Net, all but one in a Res2Net.
    let parts = blocks.lazy.compactMap { block -> (convolved: Int, all: Int, expansion: Int)? in
      guard let first = shapes.shape(block + "conv1.weight", 4),
        let part = shapes.shape(block + "convs.0.weight", 4)
      else { return nil }
      let planes = planes(shapes, expansion: nil) ?? 0
      let out = block == "layer1.0." ? shapes.shape(block + "conv3.weight", 4)?[0] ?? 0 : 0
      return (names.end(block + "convs."), first[0] / part[0], planes > 0 ? out / planes : 0)
    }.first
    let isHuge = parts.map { $0.all == 3 && ($0.expansion == 4 || $0.expansion == 0) } ?? false
    let whole: Backbone.Family = isHuge ? .eres2NetHuge : .eres2Net
    switch (has(.eres2Net), has(.eres2NetV2)) {
    case (true, true): return nil
    case (true, false): return [whole]
    case (false, true): return [.eres2NetV2]
    case (false, false): break
    }
    if blocks.contains(where: { names.has($0 + "fuse_models") }) { return [whole, .eres2NetV2] }
    if let parts { return parts.convolved == parts.all ? [whole, .eres2NetV2] : [.res2Net] }
    if blocks.contains(where: { names.has($0 + "convs") }) { return [.res2Net] }
    return blocks.contains { names.has($0 + "conv2") } ? [.resNet34] : nil
  }
}
