// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Recognition on the keys and shapes of upstream's own classes.
struct BackboneTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var list: String
    var family: Backbone.Family
    var embedding: Int
    var mels: Int? = 80
    var sizes: [String: [Int]]
    var testDescription: String { list }
  }

  static let ecapa: [String: [Int]] = [
    "channels": [1024, 1024, 1024, 1024, 3072], "kernel_sizes": [5, 3, 3, 3, 1], "attention_channels": [128],
    "res2net_scale": [8], "se_channels": [128], "global_context": [1],
  ]
  static let camPlusPlus: [String: [Int]] = [
    "m_channels": [32], "init_channels": [128], "growth_rate": [32], "layers": [12, 24, 16],
    "bottleneck": [128],
  ]

  static func eres2Net(_ m: Int, _ width: Int, _ scale: Int, _ expansion: Int) -> [String: [Int]] {
    [
      "m_channels": [m], "baseWidth": [width], "scale": [scale], "expansion": [expansion],
      "num_blocks": [3, 4, 6, 3], "two_emb_layer": [0],
    ]
  }

  static let cases: [Case] = [
    Case(list: "ecapa_tdnn_rdino512", family: .ecapaTDNN, embedding: 512, sizes: ecapa),
    Case(list: "ecapa_tdnn_sup192", family: .ecapaTDNN, embedding: 192, sizes: ecapa),
    Case(
      list: "ecapa_tdnn_sup_classdefault_c512", family: .ecapaTDNN, embedding: 192,
      sizes: ecapa.merging(["channels": [512, 512, 512, 512, 1536]]) { $1 }),
    Case(list: "campplus192", family: .camPlusPlus, embedding: 192, sizes: camPlusPlus),
    Case(list: "campplus512", family: .camPlusPlus, embedding: 512, sizes: camPlusPlus),
    Case(list: "eres2net_base192", family: .eres2Net, embedding: 192, sizes: eres2Net(32, 32, 2, 2)),
    Case(list: "eres2net_large512", family: .eres2Net, embedding: 512, sizes: eres2Net(64, 32, 2, 2)),
    Case(list: "eres2net_huge192", family: .eres2NetHuge, embedding: 192, sizes: eres2Net(64, 24, 3, 4)),
    Case(list: "eres2netv2_192", family: .eres2NetV2, embedding: 192, sizes: eres2Net(64, 26, 2, 2)),
    Case(list: "eres2netv2_w24s4ep4_192", family: .eres2NetV2, embedding: 192, sizes: eres2Net(64, 24, 4, 4)),
    Case(list: "res2net192", family: .res2Net, embedding: 192, sizes: eres2Net(32, 32, 2, 2)),
    Case(
      list: "resnet34_192_twoemb", family: .resNet34, embedding: 192,
      sizes: ["m_channels": [32], "num_blocks": [3, 4, 6, 3], "two_emb_layer": [1]]),
    Case(
      list: "xvector512", family: .xvector, embedding: 512,
      sizes: ["channels": [512, 512, 512, 512, 1500], "kernel_sizes": [5, 3, 3, 1, 1]]),
    Case(
      list: "classifier_cosine_192x5994", family: .cosineClassifier, embedding: 192, mels: nil,
      sizes: ["classes": [5994], "blocks": [0]]),
    Case(
      list: "classifier_cosine_512x1000_blocks2", family: .cosineClassifier, embedding: 512, mels: nil,
      sizes: ["classes": [1000], "blocks": [2], "inter_dim": [512]]),
    Case(
      list: "classifier_linear_512x3", family: .linearClassifier, embedding: 512, mels: nil,
      sizes: ["classes": [3], "blocks": [0]]),
    Case(
      list: "classifier_linear_512x3_blocks2", family: .linearClassifier, embedding: 512, mels: nil,
      sizes: ["classes": [3], "blocks": [2], "inter_dim": [512]]),
  ]

  @Test(arguments: cases) func `keys and shapes tell the family and its sizes`(_ test: Case) throws {
    let backbone = try #require(Backbone(KeyShapes(try KeyList(test.list).shapes)))
    #expect(backbone.family == test.family)
    #expect(backbone.embedding == test.embedding)
    #expect(backbone.mels == test.mels)
    #expect(backbone.sizes == test.sizes)
    #expect(backbone.frontEnd == nil)
  }

  @Test(arguments: ["head_rdino_full", "head_sdpn_full", "rdino_checkpoint_student_full"])
  func `heads and wrapped keys are no backbone`(_ list: String) throws {
    #expect(Backbone(KeyShapes(try KeyList(list).shapes)) == nil)
  }

  @Test func `a network of torchvision is not taken for ResNet34`() {
    let shapes: [Text: [Int]] = [
      "conv1.weight": [64, 3, 7, 7], "layer1.0.conv2.weight": [64, 64, 3, 3], "fc.weight": [1000, 512],
    ]
    #expect(Backbone(KeyShapes(shapes)) == nil)
  }

  @Test func `a classifier with blocks takes what its first block takes`() throws {
    let shapes: [Text: [Int]] = [
      "weight": [7, 5], "blocks.0.linear.weight": [5, 192, 1], "blocks.1.linear.weight": [5, 5, 1],
    ]
    let backbone = try #require(Backbone(KeyShapes(shapes)))
    #expect(backbone.embedding == 192)
    #expect(backbone.sizes == ["classes": [7], "blocks": [2], "inter_dim": [5]])
    #expect(Backbone(KeyShapes(shapes.merging(["blocks.0.linear.weight": [5, 192]]) { $1 })) == nil)
  }

  @Test func `shapes of another rank, or with a zero, are no backbone`() throws {
    var shapes = try KeyList("ecapa_tdnn_sup192").shapes
    shapes["fc.conv.weight"] = [192]
    #expect(Backbone(KeyShapes(shapes)) == nil)
    shapes["fc.conv.weight"] = [192, 0, 1]
    #expect(Backbone(KeyShapes(shapes)) == nil)
  }

  @Test func `sizes beyond any layer overflow nothing`() {
    let huge = 1 << 61
    let shapes: [Text: [Int]] = [
      "conv1.weight": [huge, 1, 1, 1], "layer1.0.convs.0.weight": [huge, 1, 1, 1],
      "layer4.0.convs.0.weight": [huge, 1, 1, 1], "layer1.0.conv3.weight": [huge, 1, 1, 1],
      "seg_1.weight": [1, huge],
    ]
    #expect(Backbone(KeyShapes(shapes)) == nil)
  }

  @Test(arguments: [
    (["", "instancenorm", "blocks"], Backbone.FrontEnd.mel), (["", "blocks"], .fbank),
  ]) func `metadata tells the two forms of ECAPA-TDNN apart`(_ test: ([String], Backbone.FrontEnd)) throws {
    let list = try KeyList("ecapa_tdnn_rdino512")
    let document = list.state(prefix: "x.", metadata: test.0.map { $0.isEmpty ? "x" : "x.\($0)" }).document
    let state = try #require(document.state())
    #expect(Backbone(state, in: document, under: "x.")?.frontEnd == test.1)
  }

  @Test func `metadata that does not speak of the network tells nothing`() throws {
    let document = try KeyList("ecapa_tdnn_rdino512").state(metadata: [""]).document
    let state = try #require(document.state())
    let backbone = try #require(Backbone(state, in: document))
    #expect(backbone.frontEnd == nil)
  }
}
