// SPDX-License-Identifier: Apache-2.0

extension Res2NetFamily {
  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    guard let blocks = ResidualLayers.blocks(shapes, names),
      let families = candidates(shapes, names, blocks), let family = families.first
    else { return nil }
    let most = BackboneLikeness.most
    let layers = layers(
      family, counts: ResidualLayers.ends(names),
      convolutions: min(blocks.map { names.end($0 + "convs.") }.max() ?? 0, most), widens: true,
      hasTwoLayers: hasTwoLayers(names))
    // Of two families, what one has and the other has not is not missing.
    let both = families.count > 1 ? Set(fusions(.eres2Net) + fusions(.eres2NetV2)) : []
    return BackboneLikeness(
      families, sizes: ResidualLayers.sizes(shapes, expansion: nil),
      layers: layers.filter { !both.contains($0) }, in: names)
  }

  /// Whether there is anything that a ResNet34 has not: parts of a block, or what fuses.
  static func isHinted(at names: LayerNames, _ blocks: [Text]) -> Bool {
    hasFusion(.eres2Net, names) || hasFusion(.eres2NetV2, names)
      || blocks.contains { names.has($0 + "fuse_models") || names.has($0 + "convs") }
  }

  /// The families that the blocks and what fuses them can be of; nil where there is neither.
  private static func candidates(
    _ shapes: KeyShapes, _ names: LayerNames, _ blocks: [Text]
  ) -> [Backbone.Family]? {
    // Every part is convolved in an ERes2Net, all but one in a Res2Net.
    let parts = blocks.lazy.compactMap { block -> (convolved: Int, all: Int, expansion: Int)? in
      guard let first = shapes.shape(block + "conv1.weight", 4),
        let part = shapes.shape(block + "convs.0.weight", 4)
      else { return nil }
      let planes = ResidualLayers.planes(shapes, expansion: nil) ?? 0
      let out = block == "layer1.0." ? shapes.shape(block + "conv3.weight", 4)?[0] ?? 0 : 0
      return (names.end(block + "convs."), first[0] / part[0], planes > 0 ? out / planes : 0)
    }.first
    let isHuge = parts.map { $0.all == 3 && ($0.expansion == 4 || $0.expansion == 0) } ?? false
    let whole: Backbone.Family = isHuge ? .eres2NetHuge : .eres2Net
    switch (hasFusion(.eres2Net, names), hasFusion(.eres2NetV2, names)) {
    case (true, true): return nil
    case (true, false): return [whole]
    case (false, true): return [.eres2NetV2]
    case (false, false): break
    }
    if blocks.contains(where: { names.has($0 + "fuse_models") }) { return [whole, .eres2NetV2] }
    if let parts { return parts.convolved == parts.all ? [whole, .eres2NetV2] : [.res2Net] }
    return blocks.contains { names.has($0 + "convs") } ? [.res2Net] : nil
  }
}
