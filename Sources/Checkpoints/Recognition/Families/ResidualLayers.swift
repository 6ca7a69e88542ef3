// SPDX-License-Identifier: Apache-2.0

/// What Res2Net, the ERes2Nets and ResNet34 have in common: a stem, four stages of blocks, and one or two last layers.
/// They share most names with each other, and some with torchvision's networks.
enum ResidualLayers {
  /// What their keys have before the first dot.
  static let firstParts: [Text] =
    [
      "conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "seg_1", "seg_bn_1", "seg_2", "layer3_ds",
      "fuse34",
    ]
    + (1...3).map { "layer\($0)_downsample" as Text }
    + ["12", "123", "1234"].map { "fuse_mode\($0)" as Text }

  /// The blocks of each stage; nil where one is missing between others, or a whole stage.
  static func stages(_ shapes: KeyShapes) -> [Int]? {
    let names = shapes.names
    var counts: [Int] = []
    for stage in 1...4 {
      let count = shapes.count { "layer\(stage).\($0).conv1.weight" }
      guard count > 0, names.end("layer\(stage).") == count else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// The mel bins that `seg_1` takes: mean and deviation of an eighth of them for eight times the channels. Where it is
  /// not there, nothing depends on them, and they are what the front ends give.
  static func mels(_ shapes: KeyShapes, channels: Int) -> Int {
    shapes.shape("seg_1.weight", 2).map { $0[1] / (2 * channels) } ?? 80
  }

  /// The blocks that have any key, by name with a dot at the end; nil where it is a network of another project.
  static func blocks(_ shapes: KeyShapes, _ names: LayerNames) -> [Text]? {
    let blocks = ends(names).enumerated().flatMap { stage, end in
      (0..<end).map { "layer\(stage + 1).\($0)." as Text }
    }
    // Photographs have three channels, and torchvision and timm call a shortcut `downsample`.
    guard shapes.shape("conv1.weight", 4).map({ $0[1] == 1 }) ?? true,
      !blocks.contains(where: { names.has($0 + "downsample") }),
      names.has("seg_1") || names.has("seg_2") || blocks.contains(where: { names.has($0 + "shortcut") })
    else { return nil }
    return blocks
  }

  /// One more than the highest number of a block in each stage.
  static func ends(_ names: LayerNames) -> [Int] {
    (1...4).map { min(names.end("layer\($0)."), BackboneLikeness.most) }
  }

  /// The first stage's planes: the stem gives as many. Later stages have twice as many each.
  ///
  /// - Parameter expansion: of a block whose second convolution is its last.
  static func planes(_ shapes: KeyShapes, expansion: Int?) -> Int? {
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

  /// The sizes that can be told of a part, in words.
  static func sizes(_ shapes: KeyShapes, expansion: Int?) -> [String?] {
    [
      planes(shapes, expansion: expansion).map { "m_channels \($0)" },
      BackboneLikeness.words(
        "embedding", [shapes.outputs([("seg_1.weight", 2), ("seg_2.weight", 2)], or: nil)]),
    ]
  }

  /// The stem and the stages.
  ///
  /// - Parameters:
  ///   - counts: the blocks of each of four stages.
  ///   - widens: whether the first stage gives more channels than it takes, so that it has a shortcut as the others have.
  ///   - block: what a block has between its first norm and its shortcut; the stage is counted from 0.
  static func trunk(
    counts: [Int], widens: Bool, _ block: (_ name: String, _ stage: Int) -> [String]
  ) -> [String] {
    var layers = ["conv1.weight", "bn1.weight"]
    for (stage, count) in counts.enumerated() {
      for index in 0..<max(count, 1) {
        let name = "layer\(stage + 1).\(index)."
        layers += [name + "conv1.weight", name + "bn1.weight"] + block(name, stage)
        if index == 0, stage > 0 || widens {
          layers += [name + "shortcut.0.weight", name + "shortcut.1.weight"]
        }
      }
    }
    return layers
  }

  /// What makes the embedding.
  static func segment(hasTwoLayers: Bool) -> [String] {
    ["seg_1.weight"] + (hasTwoLayers ? ["seg_bn_1.running_mean", "seg_2.weight"] : [])
  }

  static let stemNorm = [NormRule(layer: "conv1", norm: "bn1")]
  static let shortcutNorm = [NormRule(layer: "layer*.*.shortcut.0", norm: "layer$1.$2.shortcut.1")]
}
