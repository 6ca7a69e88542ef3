// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a CAM++.
package struct CAMPPlusConfiguration: NetworkSizes {
  /// One of the densely connected blocks.
  package struct Block: Sendable, Equatable {
    package var layers: Int
    package var dilation: Int
  }

  /// Mel bins.
  package var inputs = 80
  /// Channels of the two-dimensional head.
  package var headChannels = 32
  package var channels = 128
  package var blocks = [
    Block(layers: 12, dilation: 1), Block(layers: 24, dilation: 2), Block(layers: 16, dilation: 2),
  ]
  /// Channels that a layer adds, and those between its two convolutions.
  package var growth = 32
  package var bottleneck = 128
  package var embedding = 512

  package init(embedding: Int = 512) { self.embedding = embedding }

  /// Dilations leave no trace in shapes: as published.
  package init?(_ backbone: Backbone) {
    inputs = backbone.mels ?? inputs
    headChannels = backbone.size("m_channels")
    channels = backbone.size("init_channels")
    growth = backbone.size("growth_rate")
    bottleneck = backbone.size("bottleneck")
    embedding = backbone.embedding
    let layers = backbone.sizes["layers"] ?? []
    guard layers.count == blocks.count else { return nil }
    for (index, count) in layers.enumerated() { blocks[index].layers = count }
  }

  /// The sizes go together.
  package var isSound: Bool {
    ([inputs, headChannels, channels, growth, bottleneck / 2, embedding] + blocks.map(\.layers))
      .allSatisfy { $0 > 0 } && !blocks.isEmpty
  }

  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try CAMPPlusNetwork<Numbers>(self, source: source)
  }
}

extension NetworkFamily {
  static let camPlusPlus = NetworkFamily(
    [.camPlusPlus], CAMPPlusConfiguration.self,
    published: [PublishedNetwork("campplus", [192, 512], "CAM++") { .camPlusPlus(.init(embedding: $0)) }])
}

extension NetworkConfiguration {
  package static func camPlusPlus(_ sizes: CAMPPlusConfiguration) -> Self { Self(sizes) }
}
