// SPDX-License-Identifier: Apache-2.0

/// What modelscope's configuration says of a backbone: `modelscope/models/audio/sv/*.py` and
/// `modelscope/metainfo.py` at 1.40.2.
struct ModelScopeNetwork {
  static let project = "modelscope"

  let type: String
  /// The pipeline that compares recordings with it.
  let pipeline: String
  let arguments: [(name: String, values: [Int])]
  let notes: [String]

  init(_ backbone: Backbone) throws(CheckpointError) {
    if backbone.frontEnd == .mel { throw Self.selfSupervised }
    guard let (loader, pipeline) = Self.classes[backbone.family] else {
      throw LoaderClass.refusal("no folder for modelscope is made of \(backbone.family.rawValue) networks")
    }
    type = loader.name
    self.pipeline = pipeline
    arguments = try loader.values(of: backbone, project: Self.project)
    notes =
      backbone.family == .ecapaTDNN && backbone.frontEnd == nil
      ? ["the file does not tell which features the network takes; modelscope gives it log filter banks"] : []
  }

  private static var selfSupervised: CheckpointError {
    CheckpointError(
      .unrepresentable,
      "this ECAPA-TDNN takes power mels (RDINO, SDPN), and modelscope gives it log filter banks; its `rdino_ecapa-tdnn-sv` "
        + "and `sdpn_ecapa-sv` take a whole training checkpoint, with its heads, and no backbone",
      hint: "`resect-train finetune --backbone FILE --front-end fbank` makes the supervised form of it")
  }

  private static let stages = [3, 4, 6, 3]
  private static let embedding = (name: "embed_dim", size: "embedding")
  private static let channels = (name: "channels", size: "m_channels")

  private static let classes: [Backbone.Family: (LoaderClass, pipeline: String)] = [
    .camPlusPlus: (
      LoaderClass(
        "cam++-sv",
        fixed: [
          "m_channels": [32], "init_channels": [128], "growth_rate": [32], "bottleneck": [128],
          "layers": [12, 24, 16],
        ], arguments: [("fbank_dim", "mels"), ("emb_size", "embedding")]), "speaker-verification"
    ),
    .eres2Net: (
      LoaderClass(
        "eres2net-sv", fixed: residual(["baseWidth": [32], "scale": [2], "expansion": [2]]),
        arguments: [embedding, channels]), "speaker-verification-eres2net"
    ),
    .eres2NetHuge: (
      LoaderClass(
        "eres2net-aug-sv",
        fixed: residual([
          "m_channels": [64], "baseWidth": [24], "scale": [3], "expansion": [4], "embedding": [192],
        ]), arguments: []), "speaker-verification-eres2net"
    ),
    .eres2NetV2: (
      LoaderClass(
        "eres2netv2-sv", fixed: residual(["m_channels": [64]]),
        arguments: [
          embedding, ("baseWidth", "baseWidth"), ("scale", "scale"), ("expansion", "expansion"),
        ]), "speaker-verification-eres2netv2"
    ),
    .resNet34: (
      LoaderClass(
        "resnet-sv", fixed: residual(["two_emb_layer": [1]]), arguments: [embedding, channels]),
      "speaker-verification-resnet"
    ),
    .res2Net: (
      LoaderClass(
        "res2net-sv", fixed: residual(["baseWidth": [32], "scale": [2], "expansion": [2]]),
        arguments: [embedding, channels]), "speaker-verification-res2net"
    ),
    .ecapaTDNN: (
      LoaderClass(
        "ecapa-tdnn-sv",
        fixed: [
          "channels": [1024, 1024, 1024, 1024, 3072], "kernel_sizes": [5, 3, 3, 3, 1],
          "attention_channels": [128], "res2net_scale": [8], "se_channels": [128], "global_context": [1],
          "embedding": [192], "mels": [80],
        ], arguments: [("channel", "channels")]), "speaker-verification"
    ),
  ]

  /// What all of the networks in four stages have, where `own` does not say otherwise.
  private static func residual(_ own: [String: [Int]]) -> [String: [Int]] {
    own.merging(["num_blocks": stages, "two_emb_layer": [0], "mels": [80]]) { own, _ in own }
  }
}
