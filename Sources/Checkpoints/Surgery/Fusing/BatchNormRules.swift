// SPDX-License-Identifier: Apache-2.0

/// Where the batch norms of other projects' networks stand; those of 3D-Speaker's are told by their `BackboneFamily`.
///
/// A checkpoint does not tell what is computed between two modules, so that these tables are all that
/// `fuse batch-norm` goes by.
enum BatchNormRules {
  /// `ResNet.forward` of torchvision/models/resnet.py, with the forwards of BasicBlock and Bottleneck.
  static let torchvisionResNet =
    ResidualLayers.stemNorm + ResNet34Family.blockNorms + [
      NormRule(layer: "layer*.*.conv3", norm: "layer$1.$2.bn3"),
      NormRule(layer: "layer*.*.downsample.0", norm: "layer$1.$2.downsample.1"),
    ]

  /// `wespeaker/models/ecapa_tdnn.py` with `emb_bn=True`: the embedding alone is normed without an activation between.
  static let weSpeakerECAPA = [NormRule(layer: "linear", norm: "bn2")]
}
