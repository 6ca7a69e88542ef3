// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Res2NetConfiguration: NetworkSizes {
  package init?(_ backbone: Backbone) {
    let variant: Variant =
      switch backbone.family {
      case .res2Net: .res2Net
      case .eres2NetV2: .eres2NetV2
      default: .eres2Net
      }
    self.init(
      variant: variant, planes: backbone.size("m_channels"), baseWidth: backbone.size("baseWidth"),
      scale: backbone.size("scale"), expansion: backbone.size("expansion"),
      counts: backbone.sizes["num_blocks"] ?? [], embedding: backbone.embedding,
      hasTwoLayers: backbone.size("two_emb_layer") == 1)
    inputs = backbone.mels ?? inputs
  }

  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try Res2NetNetwork<Numbers>(self, source: source)
  }
}

extension NetworkFamily {
  static let eres2Net = NetworkFamily(
    [.eres2Net, .eres2NetHuge, .eres2NetV2], Res2NetConfiguration.self,
    published: [
      PublishedNetwork("eres2net-base", [192, 512], "ERes2Net, 32 planes") {
        .res2Net(.base(embedding: $0))
      },
      PublishedNetwork("eres2net-large", [192, 512], "ERes2Net, 64 planes") {
        .res2Net(.large(embedding: $0))
      },
      PublishedNetwork("eres2net-huge", [192], "ERes2Net, scale 3, expansion 4") {
        .res2Net(.huge(embedding: $0))
      },
      PublishedNetwork("eres2netv2", [192], "ERes2NetV2") { .res2Net(.v2(embedding: $0)) },
      PublishedNetwork("eres2netv2-w24s4ep4", [192], "ERes2NetV2, width 24, scale 4, expansion 4") {
        .res2Net(.v2Wide(embedding: $0))
      },
    ])

  static let res2Net = NetworkFamily(
    [.res2Net], Res2NetConfiguration.self,
    published: [PublishedNetwork("res2net", [192], "Res2Net") { .res2Net(.res2Net(embedding: $0)) }])
}

extension NetworkConfiguration {
  package static func res2Net(_ sizes: Res2NetConfiguration) -> Self { Self(sizes) }
}
