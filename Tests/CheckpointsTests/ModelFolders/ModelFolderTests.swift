// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Folders for modelscope and FunASR, of networks in their published sizes. Their own loaders judge them in
/// `Tests/Interop/model_folders.py`.
@Suite struct ModelFolderTests {
  private func options(_ threshold: Double?) -> OutputPlan.Options {
    var options = OutputPlan.Options()
    options.modelScope.threshold = threshold
    return options
  }

  private func failure(
    _ document: Document, _ format: OutputPlan.Format, _ options: OutputPlan.Options = .init()
  ) -> CheckpointError? {
    do throws(CheckpointError) { _ = try OutputPlan(document, as: format, options: options) } catch {
      return error
    }
    return nil
  }

  /// Shapes alone decide what is said of a network.
  private func configuration(_ list: String, _ threshold: Double = 0.31) throws -> String {
    let backbone = try #require(Backbone(KeyShapes(KeyList(list).shapes)))
    let text = try ModelScopeConfiguration.text(
      of: ModelScopeNetwork(backbone), weights: "model.pt", threshold: threshold)
    return String(decoding: text, as: UTF8.self)
  }

  private static let modelscope: [(list: String, type: String, arguments: String, pipeline: String)] = [
    ("campplus192", "cam++-sv", #""emb_size":192,"fbank_dim":80,"sample_rate":16000"#, ""),
    ("campplus512", "cam++-sv", #""emb_size":512,"fbank_dim":80,"sample_rate":16000"#, ""),
    ("ecapa_tdnn_sup192", "ecapa-tdnn-sv", #""channel":1024,"sample_rate":16000"#, ""),
    ("eres2net_base512", "eres2net-sv", #""channels":32,"embed_dim":512,"sample_rate":16000"#, "-eres2net"),
    ("eres2net_large192", "eres2net-sv", #""channels":64,"embed_dim":192,"sample_rate":16000"#, "-eres2net"),
    ("eres2net_huge192", "eres2net-aug-sv", #""sample_rate":16000"#, "-eres2net"),
    (
      "eres2netv2_192", "eres2netv2-sv",
      #""baseWidth":26,"embed_dim":192,"expansion":2,"sample_rate":16000,"scale":2"#, "-eres2netv2"
    ),
    (
      "eres2netv2_w24s4ep4_192", "eres2netv2-sv",
      #""baseWidth":24,"embed_dim":192,"expansion":4,"sample_rate":16000,"scale":4"#, "-eres2netv2"
    ),
    ("res2net192", "res2net-sv", #""channels":32,"embed_dim":192,"sample_rate":16000"#, "-res2net"),
    ("resnet34_192_twoemb", "resnet-sv", #""channels":32,"embed_dim":192,"sample_rate":16000"#, "-resnet"),
  ]

  @Test(arguments: ModelFolderTests.modelscope)
  func `modelscope is told class, arguments, weights and threshold`(
    _ row: (list: String, type: String, arguments: String, pipeline: String)
  ) throws {
    let model =
      #"{"model_config":{"# + row.arguments + #"},"pretrained_model":"model.pt","type":""# + row.type
      + #"","yesOrno_thr":0.31}"#
    let pipeline = #"{"type":"speaker-verification"# + row.pipeline + #""}"#
    let text = try configuration(row.list)
    #expect(
      text.split(separator: "\n").map(String.init) == [
        #"{"framework":"pytorch","model":"# + model + #","pipeline":"# + pipeline
          + #","task":"speaker-verification"}"#
      ])
  }

  private static let funASR: [(list: String, lines: [String])] = [
    (
      "campplus192",
      [
        "model: CAMPPlus", "model_conf:", "  feat_dim: 80", "  embedding_size: 192", "  growth_rate: 32",
        "  bn_size: 4", "  init_channels: 128",
      ]
    ),
    (
      "eres2netv2_w24s4ep4_192",
      [
        "model: ERes2NetV2", "model_conf:", "  feat_dim: 80", "  embedding_size: 192", "  m_channels: 64",
        "  baseWidth: 24", "  scale: 4", "  expansion: 4", "  num_blocks: [3, 4, 6, 3]",
        "  two_emb_layer: false", #"scope_map: ["none", "model."]"#,
      ]
    ),
  ]

  @Test(arguments: ModelFolderTests.funASR)
  func `FunASR is told class and arguments`(_ row: (list: String, lines: [String])) throws {
    let backbone = try #require(Backbone(KeyShapes(KeyList(row.list).shapes)))
    let text = String(decoding: try FunASRConfiguration.text(of: backbone), as: UTF8.self)
    #expect(text.split(separator: "\n").map(String.init) == row.lines)
  }

  private static let refused: [(list: String, format: OutputPlan.Format, part: String)] = [
    ("ecapa_tdnn_sup_classdefault_c512", .modelScope, "channels 512 512 512 512 1536, not 1024"),
    ("ecapa_tdnn_rdino512", .modelScope, "embedding 512, not 192"),
    ("xvector512", .modelScope, "X-vector"), ("xvector512", .funASR, "X-vector"),
    ("eres2net_base192", .funASR, "ERes2Net"), ("ecapa_tdnn_sup192", .funASR, "ECAPA-TDNN"),
    ("resnet34_192_twoemb", .funASR, "ResNet34"), ("res2net192", .funASR, "Res2Net"),
    ("classifier_cosine_192x5994", .modelScope, "this is a classifier"),
    ("classifier_cosine_192x5994", .funASR, "this is a classifier"),
  ]

  @Test(arguments: ModelFolderTests.refused)
  func `what a loader does not take is refused by name`(
    _ row: (list: String, format: OutputPlan.Format, part: String)
  ) throws {
    let error = failure(try KeyList(row.list).state().document, row.format)
    #expect(error?.code == .unrepresentable && error?.code.exitCode == 4)
    #expect(error?.reason.contains(row.part) == true, "\(error?.reason ?? "")")
    #expect(error?.hint != nil)
  }

  @Test func `sizes that stand fixed in a class are refused one by one`() throws {
    let list = try KeyList("eres2net_huge192")
    let huge = try #require(Backbone(KeyShapes(list.shapes)))
    for (size, value) in [("m_channels", 32), ("embedding", 512), ("mels", 64)] {
      var other = huge
      switch size {
      case "embedding": other.embedding = value
      case "mels": other.mels = value
      default: other.sizes[size] = [value]
      }
      let error = #expect(throws: CheckpointError(.unrepresentable, "")) { try ModelScopeNetwork(other) }
      #expect(error?.reason.contains("\(size) \(value), not ") == true)
    }
    var narrow = try #require(Backbone(KeyShapes(KeyList("eres2netv2_192").shapes)))
    narrow.sizes["m_channels"] = [32]
    #expect(throws: CheckpointError(.unrepresentable, "")) { try ModelScopeNetwork(narrow) }
    let text = String(decoding: try FunASRConfiguration.text(of: narrow), as: UTF8.self)
    #expect(text.contains("m_channels: 32\n"))
  }

  @Test func `the self-supervised form is refused with the way out`() throws {
    var state = try KeyList("ecapa_tdnn_sup192").state()
    state.metadata = ["", "blocks", "instancenorm"]
    let error = failure(state.document, .modelScope)
    #expect(error?.code == .unrepresentable)
    #expect(error?.hint?.contains("--front-end fbank") == true)
  }

  @Test func `what strict loading would refuse is refused`() throws {
    var wrapped = try KeyList("res2net192").state(prefix: "module.").document
    #expect(failure(wrapped, .modelScope)?.hint?.contains("resect strip") == true)
    _ = try wrapped.apply([.prefix("model.")])
    #expect(failure(wrapped, .funASR)?.code == .unrepresentable)
    var list = try KeyList("res2net192")
    list.entries.append(("projection.weight", [3, 192], .float32))
    let extra = failure(list.state().document, .modelScope)
    #expect(extra?.code == .unrepresentable && extra?.location.key == "projection.weight")
    list = try KeyList("res2net192")
    list.entries.removeAll { $0.key == "layer1.0.bn1.running_var" }
    #expect(failure(list.state().document, .modelScope)?.location.key == "layer1.0.bn1.running_var")
    list = try KeyList("res2net192")
    list.entries.removeAll { $0.key == "layer1.0.bn1.weight" }
    #expect(failure(list.state().document, .modelScope)?.reason.contains("layer1.0.bn1") == true)
    for dtype in [DType.float8_e4m3fn, .complex64, .int32] {
      list = try KeyList("res2net192")
      list.entries[0].dtype = dtype
      let error = failure(list.state().document, .modelScope)
      #expect(error?.reason.contains(dtype.rawValue) == true)
    }
  }

  @Test func `a threshold lies between -1 and 1`() throws {
    let document = try KeyList("res2net192").state().document
    for value in [1.01, -1.01, .nan, .infinity] {
      #expect(failure(document, .modelScope, options(value))?.code == .wrongWords)
    }
  }
}
