// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an ECAPA-TDNN. All but the dilations can be read off a state dict.
package struct ECAPAConfiguration: NetworkSizes {
  /// Mel bins.
  package var inputs = 80
  /// The first layer, the blocks, and the aggregation (`mfa`).
  package var channels = [1024, 1024, 1024, 1024, 3072]
  package var kernels = [5, 3, 3, 3, 1]
  package var dilations = [1, 2, 3, 4, 1]
  package var attentionChannels = 128
  package var squeezeChannels = 128
  /// Parts that a block's channels are split into.
  package var scale = 8
  /// The attention also sees each utterance's mean and deviation.
  package var usesGlobalContext = true
  package var embedding = 192

  package init() {}

  /// Frames that the longest reflection needs.
  package var shortestInput: Int {
    1 + (zip(kernels, dilations).map { ($0 - 1) / 2 * $1 }.max() ?? 0)
  }

  /// Dilations leave no trace in shapes: as published, 1, 2, 3, 4, 1.
  package init?(_ backbone: Backbone) {
    inputs = backbone.mels ?? inputs
    channels = backbone.sizes["channels"] ?? []
    kernels = backbone.sizes["kernel_sizes"] ?? []
    dilations = channels.indices.map { $0 + 1 }
    if let last = dilations.indices.last { dilations[last] = 1 }
    attentionChannels = backbone.size("attention_channels")
    squeezeChannels = backbone.size("se_channels")
    scale = backbone.size("res2net_scale")
    usesGlobalContext = backbone.size("global_context") == 1
    embedding = backbone.embedding
  }

  /// Both forms have the same keys and shapes, and are called alike.
  package var frontEnd: FrontEnd? { nil }

  /// The sizes go together.
  package var isSound: Bool {
    let sizes = channels + [inputs, attentionChannels, squeezeChannels, embedding, scale]
    return channels.count >= 3 && kernels.count == channels.count && dilations.count == channels.count
      && sizes.allSatisfy { $0 > 0 } && kernels.allSatisfy { $0 > 0 && $0 % 2 == 1 }
      && dilations.allSatisfy { $0 > 0 } && scale > 1
      && channels.dropFirst().dropLast().allSatisfy { $0 % scale == 0 }
  }

  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try ECAPANetwork<Numbers>(self, front: front, source: source)
  }
}

extension NetworkFamily {
  static let ecapaTDNN = NetworkFamily(
    [.ecapaTDNN], ECAPAConfiguration.self,
    published: [
      PublishedNetwork("ecapa", [192, 512], "ECAPA-TDNN, 1024 channels; RDINO's and SDPN's are of 512") {
        .ecapaTDNN(.published(1024, embedding: $0))
      },
      PublishedNetwork("ecapa-c512", [192], "ECAPA-TDNN, 512 channels") {
        .ecapaTDNN(.published(512, embedding: $0))
      },
    ])
}

extension ECAPAConfiguration {
  fileprivate static func published(_ channels: Int, embedding: Int) -> Self {
    var sizes = Self()
    sizes.channels = [channels, channels, channels, channels, 3 * channels]
    sizes.embedding = embedding
    return sizes
  }
}

extension NetworkConfiguration {
  package static func ecapaTDNN(_ sizes: ECAPAConfiguration) -> Self { Self(sizes) }
}
