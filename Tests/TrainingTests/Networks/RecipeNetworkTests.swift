// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Networks as `embedding_model` of 3D-Speaker's configurations describes them.
@Suite struct RecipeNetworkTests {
  private func recipe(_ path: String, _ arguments: KeyValuePairs<String, YAMLValue>) throws
    -> TrainingRecipe
  {
    let args = arguments.map { YAMLValue.Entry(key: .text(Text($0.key)), value: $0.value) }
    return try TrainingRecipe(
      .map([
        .init(key: .text("fbank_dim"), value: .int(80)),
        .init(
          key: .text("embedding_model"),
          value: .map([
            .init(key: .text("obj"), value: .text("speakerlab.models.\(path)")),
            .init(key: .text("args"), value: .map(args)),
          ])),
      ]))
  }

  private func network(
    _ path: String, _ arguments: KeyValuePairs<String, YAMLValue>
  ) throws -> NamedNetwork {
    try #require(try recipe(path, arguments).embeddingModel())
  }

  /// The rows of `fixtures/golden/keys`, which upstream's classes gave with these arguments.
  @Test("upstream's recipes give the keys and shapes of upstream's classes")
  func recipes() throws {
    let mels = ("feat_dim", YAMLValue.text("<fbank_dim>"))
    let wide = YAMLValue.list([1024, 1024, 1024, 1024, 3072].map { .int($0) })
    func expect(
      _ list: String, _ path: String, _ arguments: KeyValuePairs<String, YAMLValue>,
      _ front: FrontEnd = .fbank
    ) throws {
      let found = try network(path, arguments)
      let spec = try NetworkSpec(found, of: "conf.yaml").table
      #expect(spec == (try Fixtures.text("golden/keys/\(list).tsv")), "\(list)")
      #expect(found.frontEnd == front)
    }
    try expect(
      "ecapa_tdnn_sup192", "ecapa_tdnn.ECAPA_TDNN.ECAPA_TDNN",
      ["input_size": .text("<fbank_dim>"), "lin_neurons": .int(192), "channels": wide])
    try expect(
      "ecapa_tdnn_sup_classdefault_c512", "ecapa_tdnn.ECAPA_TDNN.ECAPA_TDNN", ["input_size": .int(80)])
    try expect(
      "ecapa_tdnn_rdino512", "rdino.ECAPA_TDNN.ECAPA_TDNN", ["input_size": .int(80), "channels": wide], .mel)
    try expect("campplus512", "campplus.DTDNN.CAMPPlus", [mels.0: mels.1])
    try expect("campplus192", "campplus.DTDNN.CAMPPlus", [mels.0: mels.1, "embedding_size": .int(192)])
    try expect(
      "eres2net_base512", "eres2net.ERes2Net.ERes2Net",
      [mels.0: mels.1, "embedding_size": .int(512), "m_channels": .int(32)])
    try expect("eres2net_large192", "eres2net.ERes2Net.ERes2Net", ["m_channels": .int(64)])
    try expect("eres2net_huge192", "eres2net.ERes2Net_huge.ERes2Net", [:])
    try expect("eres2netv2_192", "eres2net.ERes2NetV2.ERes2NetV2", ["m_channels": .int(64)])
    try expect(
      "eres2netv2_w24s4ep4_192", "eres2net.ERes2NetV2.ERes2NetV2",
      ["baseWidth": .int(24), "scale": .int(4), "expansion": .int(4)])
    try expect("res2net192", "res2net.Res2Net.Res2Net", [mels.0: mels.1])
    try expect(
      "resnet34_192_twoemb", "resnet.ResNet.ResNet", [mels.0: mels.1, "embedding_size": .int(192)])
    try expect("xvector512", "xvector.TDNN.Xvector", [mels.0: mels.1])
  }

  @Test("what would make another network than those known here is refused, by argument")
  func refusals() throws {
    func error(_ path: String, _ arguments: KeyValuePairs<String, YAMLValue>) throws -> CheckpointError {
      try #require(throws: CheckpointError.self) { try network(path, arguments) }
    }
    let ecapa = "ecapa_tdnn.ECAPA_TDNN.ECAPA_TDNN"
    #expect(try error("wavlm.WavLM", [:]).code == .unsupported)
    #expect(
      try error(ecapa, ["bias": .bool(false)]).reason == "`embedding_model/args/bias` is not known here")
    #expect(try error(ecapa, ["input_size": .int(40)]).code == .unsupported)
    #expect(
      try error(ecapa, ["dilations": .list([1, 2, 2, 2, 1].map { .int($0) })]).reason
        == "`embedding_model/args/dilations` is [1, 2, 2, 2, 1]; [1, 2, 3, 4, 1] is computed here")
    #expect(try error(ecapa, ["channels": .list([.int(.max), .int(.max), .int(.max)])]).code == .misfit)
    #expect(try error(ecapa, ["channels": .text("wide")]).code == .misfit)
    // The class's own default is 40.
    #expect(try error("resnet.ResNet.ResNet", [:]).reason.contains("feat_dim"))
    #expect(
      try error("xvector.TDNN.Xvector", ["feat_dim": .int(80), "pooling_func": .text("TAP")]).code
        == .unsupported)
    #expect(try error("eres2net.ERes2Net.ERes2Net", ["scale": .int(3)]).code == .unsupported)
    #expect(try error("eres2net.ERes2NetV2.ERes2NetV2", ["m_channels": .int(.max)]).code == .misfit)
    #expect(
      try error("res2net.Res2Net.Res2Net", ["num_blocks": .list([.int(1 << 40), .int(1), .int(1), .int(1)])])
        .code == .misfit)
    #expect(try error("campplus.DTDNN.CAMPPlus", ["growth_rate": .int(0)]).code == .misfit)
  }

  @Test("what is read aside counts as used when it is")
  func aside() throws {
    let recipe = try recipe("campplus.DTDNN.CAMPPlus", ["feat_dim": .text("<fbank_dim>")])
    _ = recipe.aside { () throws(CheckpointError) in try recipe.embeddingModel() }
    #expect(recipe.unused == ["fbank_dim", "embedding_model"])
    recipe.useAside()
    #expect(recipe.unused.isEmpty)
  }
}
