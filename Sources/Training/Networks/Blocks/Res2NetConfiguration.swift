// SPDX-License-Identifier: Apache-2.0

/// The sizes of a Res2Net, an ERes2Net or an ERes2NetV2.
package struct Res2NetConfiguration: Sendable, Equatable {
  /// What tells the three families apart.
  package enum Variant: Sendable {
    /// Groups are added, and the last one passes through a block as it is.
    case res2Net
    /// Every group is convolved, groups are fused in the last two stages, and the outputs of all stages are fused.
    case eres2Net
    /// As ERes2Net, but only the outputs of the last two stages are fused.
    case eres2NetV2
  }

  package var variant: Variant
  /// Mel bins.
  package var inputs: Int
  /// `m_channels`: planes of the first stage.
  package var planes: Int
  package var baseWidth: Int
  package var scale: Int
  package var expansion: Int
  /// `num_blocks`: blocks of each stage.
  package var counts: [Int]
  package var embedding: Int
  /// `two_emb_layer`: a ReLU, a normalisation and a second linear layer follow the first.
  package var hasTwoLayers: Bool

  package init(
    variant: Variant, inputs: Int = 80, planes: Int, baseWidth: Int, scale: Int, expansion: Int,
    counts: [Int] = [3, 4, 6, 3], embedding: Int, hasTwoLayers: Bool = false
  ) {
    (self.variant, self.inputs, self.planes, self.baseWidth) = (variant, inputs, planes, baseWidth)
    (self.scale, self.expansion, self.counts) = (scale, expansion, counts)
    (self.embedding, self.hasTwoLayers) = (embedding, hasTwoLayers)
  }

  package static func res2Net(embedding: Int) -> Self {
    Self(variant: .res2Net, planes: 32, baseWidth: 32, scale: 2, expansion: 2, embedding: embedding)
  }

  package static func base(embedding: Int) -> Self {
    Self(variant: .eres2Net, planes: 32, baseWidth: 32, scale: 2, expansion: 2, embedding: embedding)
  }

  package static func large(embedding: Int) -> Self {
    Self(variant: .eres2Net, planes: 64, baseWidth: 32, scale: 2, expansion: 2, embedding: embedding)
  }

  /// `ERes2Net_huge.py`.
  package static func huge(embedding: Int) -> Self {
    Self(variant: .eres2Net, planes: 64, baseWidth: 24, scale: 3, expansion: 4, embedding: embedding)
  }

  /// `ERes2NetV2.py` as its class has it.
  package static func v2(embedding: Int) -> Self {
    Self(variant: .eres2NetV2, planes: 64, baseWidth: 26, scale: 2, expansion: 2, embedding: embedding)
  }

  /// ERes2NetV2 w24s4ep4.
  package static func v2Wide(embedding: Int) -> Self {
    Self(variant: .eres2NetV2, planes: 64, baseWidth: 24, scale: 4, expansion: 4, embedding: embedding)
  }

  /// Whether a network can be made of it.
  package var isSound: Bool {
    inputs > 0 && planes > 0 && baseWidth > 0 && expansion > 0 && embedding > 0 && width(0) > 0
      && convolvedGroups > 0 && counts.count == 4 && counts.allSatisfy { $0 > 0 }
      // A fusion squeezes its channels to a quarter.
      && (variant == .res2Net || width(2) >= 4)
  }

  /// Channels that stage 0 to 3 puts out.
  func outputs(_ stage: Int) -> Int { (planes << stage) * expansion }

  /// Channels of one group in stage 0 to 3.
  func width(_ stage: Int) -> Int { (planes << stage) * baseWidth / 64 }

  /// Groups that a block convolves.
  var convolvedGroups: Int { variant == .res2Net ? scale - 1 : scale }

  /// The keys of the last stages' fusions, and of the convolutions that bring what is fused to a stage's size.
  var fusions: [(fusion: String, downsample: String)] {
    switch variant {
    case .res2Net: []
    case .eres2Net:
      [
        ("fuse_mode12", "layer1_downsample"), ("fuse_mode123", "layer2_downsample"),
        ("fuse_mode1234", "layer3_downsample"),
      ]
    case .eres2NetV2: [("fuse34", "layer3_ds")]
    }
  }
}
