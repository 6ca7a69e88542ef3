// SPDX-License-Identifier: Apache-2.0

/// Architectures of which it is known where a batch norm stands, and the layers that one follows directly.
///
/// A checkpoint does not tell what is computed between two modules, so that this table is all that
/// `fuse batch-norm` goes by. Patterns are of module paths: `*` is one component, and `$1`, `$2` stand for them.
enum BatchNormRules {
  struct Rule {
    var layer: Text
    var norm: Text
  }

  enum Order {
    case known([Rule])
    /// No batch norm follows a layer directly, and why.
    case never(String)
  }

  static func order(of family: Backbone.Family) -> Order {
    switch family {
    case .resNet34: .known(stem + basicBlock + shortcut)
    case .res2Net: .known(stem + multiScaleBlock + shortcut)
    case .eres2Net, .eres2NetHuge, .eres2NetV2:
      .known(stem + multiScaleBlock + shortcut + attentiveFusion)
    case .camPlusPlus: .known(camPlusPlus)
    case .ecapaTDNN: .never("each layer goes through ReLU before its batch norm (layer, ReLU, batch norm)")
    case .xvector:
      .never("each frame layer goes through ReLU before its batch norm (layer, ReLU, batch norm)")
    case .cosineClassifier, .linearClassifier: .known(classifierBlock)
    }
  }

  /// `ResNet.forward` of torchvision/models/resnet.py, with the forwards of BasicBlock and Bottleneck.
  static let torchvisionResNet =
    stem + basicBlock + [
      Rule(layer: "layer*.*.conv3", norm: "layer$1.$2.bn3"),
      Rule(layer: "layer*.*.downsample.0", norm: "layer$1.$2.downsample.1"),
    ]

  /// `wespeaker/models/ecapa_tdnn.py` with `emb_bn=True`: the embedding alone is normed without an activation between.
  static let weSpeakerECAPA = [Rule(layer: "linear", norm: "bn2")]

  private static let stem = [Rule(layer: "conv1", norm: "bn1")]

  /// `BasicBlock` of `speakerlab/models/resnet/ResNet.py`. `seg_bn_1` follows a ReLU.
  private static let basicBlock = [
    Rule(layer: "layer*.*.conv1", norm: "layer$1.$2.bn1"),
    Rule(layer: "layer*.*.conv2", norm: "layer$1.$2.bn2"),
  ]

  private static let shortcut = [Rule(layer: "layer*.*.shortcut.0", norm: "layer$1.$2.shortcut.1")]

  /// The blocks of `speakerlab/models/res2net/Res2Net.py` and `speakerlab/models/eres2net/`.
  private static let multiScaleBlock = [
    Rule(layer: "layer*.*.conv1", norm: "layer$1.$2.bn1"),
    Rule(layer: "layer*.*.convs.*", norm: "layer$1.$2.bns.$3"),
    Rule(layer: "layer*.*.conv3", norm: "layer$1.$2.bn3"),
  ]

  /// `AFF` of `speakerlab/models/eres2net/fusion.py`: layer, batch norm, SiLU, layer, batch norm.
  private static let attentiveFusion = [
    Rule(layer: "layer*.*.fuse_models.*.local_att.0", norm: "layer$1.$2.fuse_models.$3.local_att.1"),
    Rule(layer: "layer*.*.fuse_models.*.local_att.3", norm: "layer$1.$2.fuse_models.$3.local_att.4"),
    Rule(layer: "fuse*.local_att.0", norm: "fuse$1.local_att.1"),
    Rule(layer: "fuse*.local_att.3", norm: "fuse$1.local_att.4"),
  ]

  /// `speakerlab/models/campplus/DTDNN.py` and `layers.py`. `nonlinear1` and the `transit` norms come before their
  /// layers, after a concatenation; `out_nonlinear` follows the last transit layer.
  private static let camPlusPlus = [
    Rule(layer: "head.conv1", norm: "head.bn1"), Rule(layer: "head.conv2", norm: "head.bn2"),
    Rule(layer: "head.layer*.*.conv1", norm: "head.layer$1.$2.bn1"),
    Rule(layer: "head.layer*.*.conv2", norm: "head.layer$1.$2.bn2"),
    Rule(layer: "head.layer*.*.shortcut.0", norm: "head.layer$1.$2.shortcut.1"),
    Rule(layer: "xvector.tdnn.linear", norm: "xvector.tdnn.nonlinear.batchnorm"),
    Rule(layer: "xvector.block*.tdnnd*.linear1", norm: "xvector.block$1.tdnnd$2.nonlinear2.batchnorm"),
    Rule(layer: "xvector.transit3.linear", norm: "xvector.out_nonlinear.batchnorm"),
    Rule(layer: "xvector.dense.linear", norm: "xvector.dense.nonlinear.batchnorm"),
  ]

  /// `DenseLayer` of `speakerlab/models/campplus/classifier.py`.
  private static let classifierBlock = [
    Rule(layer: "blocks.*.linear", norm: "blocks.$1.nonlinear.batchnorm")
  ]
}
