// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// State dicts of upstream's own classes with layers taken out.
struct BackboneLikenessTests {
  /// Lists of one network each, as `BackboneTests` has them.
  static let lists = BackboneTests.cases.filter { $0.mels != nil }

  /// Layers by the first parts of their names: `blocks`, `blocks.1`, `blocks.1.tdnn1`.
  private static func layers(_ keys: [String]) -> [String] {
    var found: [String] = []
    for key in keys {
      let parts = key.split(separator: ".")
      for count in 1...3 where count < parts.count {
        let name = parts.prefix(count).joined(separator: ".")
        if !found.contains(name) { found.append(name) }
      }
    }
    return found
  }

  /// What is said of a network without some of its keys: the families, and what is missing.
  private static func said(_ shapes: KeyShapes) -> (families: [Backbone.Family], missing: [String]) {
    if let backbone = Backbone(shapes) { return ([backbone.family], (backbone.missing ?? []).map(\.shown)) }
    let likeness = BackboneLikeness(shapes)
    return (likeness?.families ?? [], (likeness?.missing ?? []).map(\.shown))
  }

  @Test("whichever layer is missing, the family is told and the layer named", arguments: lists)
  func anyLayer(_ test: BackboneTests.Case) throws {
    let whole = try KeyList(test.list).shapes
    #expect(Backbone(KeyShapes(whole))?.missing == nil)
    for layer in Self.layers(try KeyList(test.list).keys.map(\.shown)) {
      let rest = whole.filter { $0.key != Text(layer) && !$0.key.hasPrefix(Text(layer + ".")) }
      let said = Self.said(KeyShapes(rest))
      #expect(said.families.contains(test.family), "\(layer)")
      // The last block of a stage leaves no trace in the others.
      let isLast = layer.wholeMatch(of: /layer\d\.\d/) != nil && !said.missing.contains(layer)
      guard !isLast else { continue }
      #expect(
        said.missing.contains(layer)
          || said.missing.contains { layer.hasPrefix($0 + ".") || $0.hasPrefix(layer) }
          || Self.holdsNoWeight(layer), "\(layer): \(said.missing)")
    }
  }

  /// Modules whose absence is told by the loading table alone: a bias beside a weight.
  private static func holdsNoWeight(_ layer: String) -> Bool { layer.hasSuffix(".bias") }

  @Test("what is left of the sizes is told")
  func summaries() throws {
    func summary(_ list: String, without layers: Text...) throws -> String? {
      let shapes = try KeyList(list).shapes.filter { key, _ in
        !layers.contains { key == $0 || key.hasPrefix($0 + ".") }
      }
      return BackboneLikeness(KeyShapes(shapes))?.summary
    }
    #expect(
      try summary("ecapa_tdnn_sup_classdefault_c512", without: "fc")
        == "ECAPA-TDNN, channels 512, without `fc`")
    #expect(
      try summary("ecapa_tdnn_rdino512", without: "blocks.0", "mfa")
        == "ECAPA-TDNN, channels 1024, embedding 512, without `blocks.0` and `mfa`")
    #expect(
      try summary("campplus192", without: "head", "xvector.dense")
        == "CAM++, init_channels 128, growth_rate 32, without `head` and `xvector.dense`")
    #expect(try summary("campplus192", without: "xvector.block3.tdnnd16")?.hasSuffix("tdnnd16`") == true)
    #expect(
      try summary("eres2net_base192", without: "fuse_mode1234", "seg_1")
        == "ERes2Net, m_channels 32, without `fuse_mode1234` and `seg_1`")
    #expect(
      try summary("eres2netv2_192", without: "layer3_ds", "fuse34")
        == "ERes2Net or ERes2NetV2, m_channels 64, embedding 192")
    #expect(
      try summary("resnet34_192_twoemb", without: "conv1", "layer2")
        == "ResNet34, m_channels 32, embedding 192, without `conv1` and `layer2`")
    #expect(
      try summary("xvector512", without: "frame_3")
        == "X-vector, channels 512, embedding 512, without `frame_3`")
  }

  @Test("an ERes2Net without what fuses it is not taken for a Res2Net")
  func fusions() throws {
    for list in ["eres2net_base192", "eres2net_huge192", "eres2netv2_192", "eres2netv2_w24s4ep4_192"] {
      let shapes = try KeyList(list).shapes.filter { !$0.key.hasPrefix("fuse") && !$0.key.contains("_d") }
      #expect(Backbone(KeyShapes(shapes)) == nil, "\(list)")
      let blocks = shapes.filter { !$0.key.contains("fuse_models") }
      #expect(Backbone(KeyShapes(blocks)) == nil, "\(list)")
    }
  }

  @Test("the size of embeddings that is said completes what lacks its last layer alone", arguments: lists)
  func embedding(_ test: BackboneTests.Case) throws {
    let last: [Text] = ["fc.", "xvector.dense.", "seg_"]
    let rest = try KeyList(test.list).shapes.filter { key, _ in !last.contains(where: key.hasPrefix) }
    #expect(Backbone(KeyShapes(rest)) == nil)
    let found = try #require(Backbone(KeyShapes(rest), embedding: 77))
    #expect(found.embedding == 77)
    #expect(found.family == test.family)
    #expect(found.sizes == test.sizes)
    #expect(found.mels == 80)
    // A file that tells is believed, whatever is said.
    #expect(Backbone(KeyShapes(try KeyList(test.list).shapes), embedding: 77)?.embedding == test.embedding)
  }

  @Test("what lies beside a network does not hide it")
  func extra() throws {
    var shapes = try KeyList("campplus512").shapes.filter { !$0.key.hasPrefix("xvector.tdnn.") }
    for index in 0..<100 { shapes["decoder.\(index).weight"] = [4, 4] }
    #expect(BackboneLikeness(KeyShapes(shapes))?.families == [.camPlusPlus])
  }

  @Test("networks of other projects, heads and numbers in keys are not taken for one")
  func others() throws {
    for list in ["head_rdino_full", "head_sdpn_full", "classifier_cosine_192x5994"] {
      #expect(BackboneLikeness(KeyShapes(try KeyList(list).shapes)) == nil)
    }
    let vision: [Text: [Int]] = [
      "conv1.weight": [64, 3, 7, 7], "bn1.weight": [64], "layer1.0.conv1.weight": [64, 64, 3, 3],
      "layer1.0.conv2.weight": [64, 64, 3, 3], "layer2.0.conv2.weight": [128, 128, 3, 3],
      "layer2.0.downsample.0.weight": [128, 64, 1, 1], "fc.weight": [1000, 512],
    ]
    #expect(BackboneLikeness(KeyShapes(vision)) == nil)
    #expect(BackboneLikeness(KeyShapes(vision.filter { $0.key != "conv1.weight" })) == nil)
    let transformer: [Text: [Int]] = [
      "blocks.0.norm1.weight": [4], "blocks.0.attn.qkv.weight": [12, 4], "fc.weight": [2, 4],
    ]
    #expect(BackboneLikeness(KeyShapes(transformer)) == nil)
    // A number in a key makes no work.
    let forged: [Text: [Int]] = [
      "blocks.9999.se_block.conv1.conv.weight": [1, 1, 1], "mfa.conv.conv.weight": [1, 1, 1],
    ]
    #expect(BackboneLikeness(KeyShapes(forged))?.families == [.ecapaTDNN])
  }

  @Test("sizes that upstream's class cannot have are named")
  func upstream() throws {
    for test in Self.lists {
      #expect(Backbone(KeyShapes(try KeyList(test.list).shapes))?.upstreamNote == nil, "\(test.list)")
    }
    func note(_ family: Backbone.Family, _ sizes: [String: [Int]]) -> String? {
      Backbone(family: family, embedding: 8, mels: 80, frontEnd: nil, sizes: sizes).upstreamNote
    }
    #expect(
      note(.ecapaTDNN, ["channels": [32, 32, 32, 32, 72]])
        == "channels end in 72, and the blocks before it have 96 together: "
        + "upstream's class cannot be built so; it loads here only")
    #expect(note(.ecapaTDNN, ["channels": [8, 16, 24, 40]]) == nil)
    #expect(
      note(.camPlusPlus, ["m_channels": [32], "layers": [12, 24, 15]])?.hasPrefix("layers 12 24 15, not")
        == true)
    #expect(
      note(.camPlusPlus, ["growth_rate": [32], "bottleneck": [100]])?.hasPrefix("bottleneck 100") == true)
    #expect(note(.eres2Net, ["expansion": [2], "scale": [4]])?.hasPrefix("scale 4, not 2") == true)
    #expect(note(.eres2NetV2, ["expansion": [3], "scale": [5], "baseWidth": [30]]) == nil)
    #expect(note(.xvector, ["channels": [8, 8, 9, 8, 20]])?.hasPrefix("channels 8 8 9 8 20, which") == true)
    #expect(note(.xvector, ["channels": [8, 8, 8, 8, 20], "kernel_sizes": [5, 3, 3, 1, 3]]) != nil)
  }
}
