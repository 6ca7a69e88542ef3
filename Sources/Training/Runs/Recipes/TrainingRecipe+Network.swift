// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension TrainingRecipe {
  /// The network that `embedding_model` describes, by upstream's class and its arguments; nil where there is none.
  /// Defaults are those of the classes in `speakerlab/models/` of modelscope/3D-Speaker at 09e7806.
  ///
  /// - Throws: `unsupported` for another class, or an argument that would make another network than those known here;
  ///   `misfit` for values of the wrong kind.
  package func embeddingModel() throws(CheckpointError) -> NamedNetwork? {
    guard let path = try text("embedding_model/obj") else { return nil }
    let parts = path.split(separator: ".").map(String.init)
    let front: FrontEnd
    let configuration: NetworkConfiguration
    switch parts.last {
    case "ECAPA_TDNN":
      front = parts.contains("rdino") || parts.contains("sdpn") ? .mel : .fbank
      configuration = .ecapaTDNN(try ecapa(front))
    case "CAMPPlus": (front, configuration) = (.fbank, .camPlusPlus(try camPlusPlus()))
    case "ERes2Net":
      let isHuge = parts.contains("ERes2Net_huge")
      let usual = isHuge ? Res2NetConfiguration.huge : Res2NetConfiguration.base
      (front, configuration) = (.fbank, .res2Net(try res2Net(usual)))
    case "ERes2NetV2": (front, configuration) = (.fbank, .res2Net(try res2Net(Res2NetConfiguration.v2)))
    case "Res2Net": (front, configuration) = (.fbank, .res2Net(try res2Net(Res2NetConfiguration.res2Net)))
    case "ResNet": (front, configuration) = (.fbank, .resNet34(try resNet()))
    case "Xvector": (front, configuration) = (.fbank, .xvector(try xvector()))
    default:
      throw CheckpointError(.unsupported, "`embedding_model` is \(path), which is not known here")
    }
    try configuration.checkSize()
    return NamedNetwork(name: "embedding_model", configuration: configuration, frontEnd: front)
  }

  private func argument(_ name: String) -> String { "embedding_model/args/\(name)" }

  /// - Throws: `unsupported` for an argument that is not one of these.
  private func check(arguments known: [String]) throws(CheckpointError) {
    for name in try keys("embedding_model/args") where !known.contains(name) {
      throw CheckpointError(.unsupported, "`\(argument(name))` is not known here")
    }
  }

  /// - Throws: `unsupported` where an argument has another value than the only one that is computed here.
  private func require<Value: Equatable>(
    _ name: String, _ found: Value?, _ only: Value
  ) throws(CheckpointError) {
    guard let found, found != only else { return }
    throw CheckpointError(.unsupported, "`\(argument(name))` is \(found); \(only) is computed here")
  }

  /// - Parameter usual: the class's own default.
  private func mels(_ name: String, _ usual: Int) throws(CheckpointError) {
    try require(name, int(argument(name)) ?? usual, FrontEnd.bins)
  }

  private func ecapa(_ front: FrontEnd) throws(CheckpointError) -> ECAPAConfiguration {
    try check(
      arguments: [
        "input_size", "device", "lin_neurons", "channels", "kernel_sizes", "dilations", "attention_channels",
        "res2net_scale", "se_channels", "global_context", "groups", "log_input", "n_mels",
      ])
    try mels("input_size", FrontEnd.bins)
    try mels("n_mels", FrontEnd.bins)
    try require("log_input", try bool(argument("log_input")), true)
    var sizes = ECAPAConfiguration()
    sizes.embedding = try int(argument("lin_neurons")) ?? (front == .mel ? 512 : 192)
    sizes.channels = try ints(argument("channels")) ?? [512, 512, 512, 512, 1536]
    sizes.kernels = try ints(argument("kernel_sizes")) ?? sizes.kernels
    sizes.attentionChannels = try int(argument("attention_channels")) ?? sizes.attentionChannels
    sizes.scale = try int(argument("res2net_scale")) ?? sizes.scale
    sizes.squeezeChannels = try int(argument("se_channels")) ?? sizes.squeezeChannels
    sizes.usesGlobalContext = try bool(argument("global_context")) ?? true
    let count = sizes.channels.count
    // Dilations leave no trace in a file, so that others would be lost with the run.
    sizes.dilations = (0..<count).map { $0 == count - 1 ? 1 : $0 + 1 }
    try require("dilations", try ints(argument("dilations")), sizes.dilations)
    try require("groups", try ints(argument("groups")), [Int](repeating: 1, count: count))
    let all = sizes.channels + sizes.kernels
    guard isSmall(all + [sizes.embedding, sizes.attentionChannels, sizes.squeezeChannels, sizes.scale]),
      count <= 64, sizes.isSound
    else { throw unsound }
    return sizes
  }

  /// Whether products of a few of these sizes do not overflow.
  private func isSmall(_ sizes: [Int]) -> Bool { sizes.allSatisfy { (1...65_536).contains($0) } }

  private func camPlusPlus() throws(CheckpointError) -> CAMPPlusConfiguration {
    try check(
      arguments: [
        "feat_dim", "embedding_size", "growth_rate", "bn_size", "init_channels", "config_str",
        "memory_efficient",
      ])
    try mels("feat_dim", 80)
    try require("config_str", try text(argument("config_str")), "batchnorm-relu")
    var sizes = CAMPPlusConfiguration(embedding: try int(argument("embedding_size")) ?? 512)
    sizes.growth = try int(argument("growth_rate")) ?? 32
    let times = try int(argument("bn_size")) ?? 4
    sizes.channels = try int(argument("init_channels")) ?? 128
    guard isSmall([times, sizes.growth, sizes.channels, sizes.embedding]) else { throw unsound }
    sizes.bottleneck = times * sizes.growth
    guard sizes.isSound else { throw unsound }
    return sizes
  }

  /// - Parameter usual: the class's own sizes, of an embedding.
  private func res2Net(
    _ usual: (_ embedding: Int) -> Res2NetConfiguration
  ) throws(CheckpointError) -> Res2NetConfiguration {
    var sizes = usual(try int(argument("embedding_size")) ?? 192)
    let own = sizes.variant == .eres2NetV2 ? ["baseWidth", "scale", "expansion"] : []
    try check(
      arguments: [
        "num_blocks", "m_channels", "feat_dim", "embedding_size", "pooling_func", "two_emb_layer",
      ] + own)
    try mels("feat_dim", 80)
    try require("pooling_func", try text(argument("pooling_func")), "TSTP")
    sizes.counts = try ints(argument("num_blocks")) ?? sizes.counts
    sizes.planes = try int(argument("m_channels")) ?? sizes.planes
    sizes.hasTwoLayers = try bool(argument("two_emb_layer")) ?? false
    if !own.isEmpty {
      sizes.baseWidth = try int(argument("baseWidth")) ?? sizes.baseWidth
      sizes.scale = try int(argument("scale")) ?? sizes.scale
      sizes.expansion = try int(argument("expansion")) ?? sizes.expansion
    }
    let all = [sizes.planes, sizes.baseWidth, sizes.scale, sizes.expansion, sizes.embedding]
    guard isSmall(all), sizes.counts.allSatisfy({ $0 <= 256 }), sizes.isSound else { throw unsound }
    return sizes
  }

  private func resNet() throws(CheckpointError) -> ResNetConfiguration {
    try check(
      arguments: [
        "num_blocks", "m_channels", "feat_dim", "embedding_size", "pooling_func", "two_emb_layer",
      ])
    try mels("feat_dim", 40)
    try require("pooling_func", try text(argument("pooling_func")), "TSTP")
    var sizes = ResNetConfiguration(embedding: try int(argument("embedding_size")) ?? 128)
    sizes.counts = try ints(argument("num_blocks")) ?? sizes.counts
    sizes.planes = try int(argument("m_channels")) ?? sizes.planes
    sizes.hasTwoLayers = try bool(argument("two_emb_layer")) ?? true
    guard isSmall([sizes.planes, sizes.embedding]), sizes.counts.allSatisfy({ $0 <= 256 }), sizes.isSound
    else { throw unsound }
    return sizes
  }

  private func xvector() throws(CheckpointError) -> XVectorConfiguration {
    try check(arguments: ["feat_dim", "hid_dim", "stats_dim", "embed_dim", "pooling_func"])
    try mels("feat_dim", 40)
    try require("pooling_func", try text(argument("pooling_func")), "TSTP")
    var sizes = XVectorConfiguration(embedding: try int(argument("embed_dim")) ?? 512)
    let hidden = try int(argument("hid_dim")) ?? 512
    sizes.channels = [hidden, hidden, hidden, hidden, try int(argument("stats_dim")) ?? 1500]
    guard isSmall(sizes.channels + [sizes.embedding]), sizes.isSound else { throw unsound }
    return sizes
  }

  private var unsound: CheckpointError {
    CheckpointError(
      .misfit, "the arguments of `embedding_model` make no network that features can go through")
  }
}
