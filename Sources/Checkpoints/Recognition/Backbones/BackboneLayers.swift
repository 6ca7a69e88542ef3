// SPDX-License-Identifier: Apache-2.0

/// The layers that a whole network of each family has, each by the key of its weight, or of what else it always has.
enum BackboneLayers {
  /// Layers that are not there, in the network's order, each by the shortest name below which there is nothing.
  static func missing(_ layers: [String], in names: LayerNames) -> [Text] {
    var found: [Text] = []
    for layer in layers {
      if let gap = names.gap(at: Text(layer)), !found.contains(gap) { found.append(gap) }
    }
    return found
  }

  /// - Parameters:
  ///   - blocks: those after the first layer.
  ///   - scale: parts that a block's channels are split into.
  static func ecapaTDNN(blocks: Int, scale: Int) -> [String] {
    var layers = ["blocks.0.conv.conv.weight", "blocks.0.norm.norm.weight"]
    for block in 1..<max(blocks, 0) + 1 {
      let name = "blocks.\(block)."
      layers += tdnn(name + "tdnn1")
      for part in 0..<max(scale - 1, 1) { layers += tdnn("\(name)res2net_block.blocks.\(part)") }
      layers += tdnn(name + "tdnn2")
      layers += ["\(name)se_block.conv1.conv.weight", "\(name)se_block.conv2.conv.weight"]
    }
    return layers + tdnn("mfa") + tdnn("asp.tdnn")
      + ["asp.conv.conv.weight", "asp_bn.norm.weight", "fc.conv.weight"]
  }

  private static func tdnn(_ name: String) -> [String] {
    ["\(name).conv.conv.weight", "\(name).norm.norm.weight"]
  }

  /// - Parameter counts: the layers of each dense block.
  static func camPlusPlus(_ counts: [Int]) -> [String] {
    var layers = ["head.conv1.weight", "head.bn1.weight"]
    for stage in 1...2 {
      for block in 0...1 {
        let name = "head.layer\(stage).\(block)."
        layers += ["conv1.weight", "bn1.weight", "conv2.weight", "bn2.weight"].map { name + $0 }
      }
    }
    layers += ["head.conv2.weight", "head.bn2.weight"]
    layers += ["xvector.tdnn.linear.weight", "xvector.tdnn.nonlinear.batchnorm.weight"]
    for (index, count) in counts.enumerated() {
      for layer in 1..<max(count, 0) + 1 {
        let name = "xvector.block\(index + 1).tdnnd\(layer)."
        layers += [
          "nonlinear1.batchnorm.weight", "linear1.weight", "nonlinear2.batchnorm.weight",
          "cam_layer.linear_local.weight", "cam_layer.linear1.weight", "cam_layer.linear2.weight",
        ].map { name + $0 }
      }
      let transit = "xvector.transit\(index + 1)."
      layers += [transit + "nonlinear.batchnorm.weight", transit + "linear.weight"]
    }
    return layers + [
      "xvector.out_nonlinear.batchnorm.weight", "xvector.dense.linear.weight",
      "xvector.dense.nonlinear.batchnorm.running_mean",
    ]
  }

  /// Res2Net, the ERes2Nets and ResNet34.
  ///
  /// - Parameters:
  ///   - counts: the blocks of each of four stages.
  ///   - convolutions: those of 3 x 3 in a block of the first three families.
  ///   - widens: whether the first stage gives more channels than it takes, so that it has a shortcut as the others have.
  static func residual(
    _ family: Backbone.Family, counts: [Int], convolutions: Int, widens: Bool, hasTwoLayers: Bool
  ) -> [String] {
    var layers = ["conv1.weight", "bn1.weight"]
    for (stage, count) in counts.enumerated() {
      for block in 0..<max(count, 1) {
        let name = "layer\(stage + 1).\(block)."
        layers += [name + "conv1.weight", name + "bn1.weight"]
        if family == .resNet34 {
          layers += [name + "conv2.weight", name + "bn2.weight"]
        } else {
          for part in 0..<max(convolutions, 1) {
            layers += ["\(name)convs.\(part).weight", "\(name)bns.\(part).weight"]
            if fuses(family), stage > 1, part + 1 < convolutions {
              layers += attention("\(name)fuse_models.\(part)")
            }
          }
          layers += [name + "conv3.weight", name + "bn3.weight"]
        }
        if block == 0, stage > 0 || widens {
          layers += [name + "shortcut.0.weight", name + "shortcut.1.weight"]
        }
      }
    }
    return layers + fusions(family) + ["seg_1.weight"]
      + (hasTwoLayers ? ["seg_bn_1.running_mean", "seg_2.weight"] : [])
  }

  private static func fuses(_ family: Backbone.Family) -> Bool {
    family == .eres2Net || family == .eres2NetHuge || family == .eres2NetV2
  }

  /// What brings the stages of an ERes2Net together.
  static func fusions(_ family: Backbone.Family) -> [String] {
    switch family {
    case .eres2NetV2: ["layer3_ds.weight"] + attention("fuse34")
    case .eres2Net, .eres2NetHuge:
      (1...3).map { "layer\($0)_downsample.weight" }
        + ["12", "123", "1234"].flatMap { attention("fuse_mode\($0)") }
    default: []
    }
  }

  /// `AFF`: two convolutions and their norms.
  private static func attention(_ name: String) -> [String] {
    [0, 1, 3, 4].map { "\(name).local_att.\($0).weight" }
  }

  static func xvector() -> [String] {
    (1...5).flatMap { ["frame_\($0).conv_1d.weight", "frame_\($0).bn.running_mean"] } + ["seg_1.weight"]
  }
}
