// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// `fuse batch-norm`, held against PyTorch's `fuse_conv_bn_weights` (`fixtures/fuse/make.py`).
struct BatchNormTests {
  struct Expected: Decodable {
    struct Network: Decodable {
      var keys: [Text]
      var weights: [String: [Double]]
    }
    var resnet: Network
  }

  @Test func `a ResNet under torchvision's names is what PyTorch folds it to`() throws {
    let expected = try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("fuse/expected.json")))
      .resnet
    var document = try Checkpoint.open(Fixtures.path("fuse/resnet.pth"))
    let before = try #require(document.modules())
    let report = try document.edit("fuse batch-norm")[0]
    #expect(document.keys() == expected.keys)
    #expect(report.notes == [])
    for (key, values) in expected.weights {
      let found = try TensorReader(document, #require(document.tensor(Text(key)))).doubles()
      #expect(found.count == values.count)
      for (one, other) in zip(found, values) {
        // A bias is a difference, so that its float64 rounding can be near a float32 tie.
        #expect(WeightNormTests.isRounded(one, of: other, .float32), "\(key)")
      }
    }
    #expect(
      document.modules()
        == before.filter { !$0.hasSuffix("bn1") && !$0.hasSuffix("bn2") && !$0.hasSuffix("downsample.1") })
    #expect(report.fate(of: "bn1.running_var")?.kind == .dropped)
  }

  /// Pairs that were folded and norms that stayed, of each architecture.
  @Test(arguments: [
    ("campplus192", 2 + 8 + 2 + 1 + 52 + 1 + 1, 52 + 3), ("eres2net_base192", 1 + 32 + 32 + 4 + 18 + 6, 0),
    ("eres2netv2_192", 1 + 32 + 32 + 4 + 18 + 2, 0), ("res2net192", 1 + 32 + 16 + 4, 0),
    ("resnet34_192_twoemb", 1 + 32 + 3, 1), ("classifier_linear_512x3_blocks2", 2, 0),
    ("classifier_cosine_512x1000_blocks2", 2, 0),
  ]) func `each known architecture folds the norms that follow a layer`(_ test: (String, Int, Int)) throws {
    let list = try KeyList(test.0)
    for prefix in ["", "module.", "module.backbone."] as [Text] {
      var document = list.state(prefix: prefix).document
      let report = try document.edit("fuse batch-norm")[0]
      let keys = try #require(document.keys())
      #expect(report.changes.count { $0.kind == .dropped && $0.from.hasSuffix(".running_var") } == test.1)
      #expect(keys.count { $0.hasSuffix(".running_var") } == test.2)
      #expect(report.changes.allSatisfy { $0.from.hasPrefix(prefix) })
    }
  }

  @Test(arguments: ["ecapa_tdnn_sup192", "xvector512"])
  func `an activation before the norm is refused, with the reason`(_ list: String) throws {
    var document = try KeyList(list).state().document
    let error = try #require(#expect(throws: CheckpointError.self) { try document.edit("fuse batch-norm") })
    #expect(error.code == .contradiction)
    #expect(error.reason.contains("goes through ReLU before its batch norm"))
  }

  static let block = ["conv1", "bn1", "conv2", "bn2"]

  /// A ResNet of torchvision with small tensors, each module's tensors in the order of `modules`.
  private func network(_ modules: [String], more: [String] = []) -> Document {
    var document = Document(nodes: [])
    let storage = document.add(
      Storage(name: "s", byteCount: 8, bytes: .memory([UInt8](repeating: 0, count: 8))))
    var state = StateDict(kind: .orderedDict, entries: [:])
    func add(_ key: String, _ shape: [Int]) {
      let strides = [Int](repeating: 0, count: shape.count)
      state.entries[Text(key)] = document.add(
        .tensor(TensorRecord(dtype: .float32, shape: shape, strides: strides, storage: storage)))
    }
    for module in modules {
      let isNorm = module.contains("bn") || module.hasSuffix("downsample.1")
      add(module + ".weight", isNorm ? [2] : [2, 2, 1, 1])
      if isNorm { for name in ["bias", "running_mean", "running_var"] { add(module + "." + name, [2]) } }
    }
    for key in more { add(key, [2, 2]) }
    document.root = document.add(.stateDict(state))
    return document
  }

  private func stages(_ parts: [String]) -> [String] {
    (1...4).flatMap { stage in parts.map { "layer\(stage).0.\($0)" } }
  }

  @Test func `names alone do not make a ResNet of torchvision`() throws {
    let whole = ["conv1", "bn1"] + stages(Self.block + ["downsample.0", "downsample.1"])
    var known = network(whole, more: ["fc.weight"])
    #expect(try known.edit("fuse batch-norm")[0].changes.count { $0.kind == .added } == 13)
    for other in [
      // Norm before convolution, as pre-activation networks have it.
      network(["conv1", "bn1"] + stages(["bn1", "conv1", "bn2", "conv2"])),
      network(["conv1"] + stages(Self.block)), network(whole, more: ["layer1.0.se.fc1.weight"]),
      network(whole, more: ["head.weight"]), network(["conv1", "bn1", "layer1.0.conv1", "layer1.0.bn1"]),
    ] {
      var document = other
      #expect(throws: CheckpointError(.unknownLayout, "")) { try document.edit("fuse batch-norm") }
    }
  }

  @Test func `sizes that do not agree are refused`() throws {
    var document = network(["conv1", "bn1"] + stages(Self.block))
    guard case .stateDict(var state) = document[document.root], let node = state.entries["bn1.running_mean"],
      case .tensor(var tensor) = document[node]
    else { return }
    tensor.shape = [3]
    state.entries["bn1.running_mean"] = document.add(.tensor(tensor))
    document[document.root] = .stateDict(state)
    #expect(throws: CheckpointError(.misfit, "")) { try document.edit("fuse batch-norm") }
  }

  @Test func `nothing to fold is refused, an unknown network beside is noted`() throws {
    var none = Sample.keys(["a.weight", "a.bias"]).document
    #expect(throws: CheckpointError(.nothingMatched, "")) { try none.edit("fuse batch-norm") }
    var both = KeyListState.dict(
      ["model": try KeyList("resnet34_192_twoemb").state()],
      [
        "other": .keys(["a.weight", "b.running_var"]),
        "optimizer": .dict(["state": .dict([:]), "param_groups": .list([])]),
      ])
    let notes = try both.edit("fuse batch-norm")[0].notes
    #expect(notes.contains("`other` is no architecture that is known, and was left alone"))
    #expect(notes.contains("1 batch norm stays: no layer comes right before, or none that is known"))
    #expect(notes.contains { $0.hasPrefix("`optimizer` is an optimizer") })
  }

  @Test func `the words parse and print`() throws {
    for line in ["fuse weight-norm", "fuse batch-norm", "fuse batch-norm eps=0.001"] {
      #expect(try Recipe(parsing: line).description == line)
    }
    #expect(try Recipe(parsing: "fuse batch-norm eps=1e-5").description == "fuse batch-norm")
    for line in [
      "fuse", "fuse layer-norm", "fuse weight-norm eps=1", "fuse batch-norm 1e-3", "fuse batch-norm eps=-1",
      "fuse batch-norm eps=nan", "parametrize", "parametrize spectral-norm", "unparametrize weight-norm x",
    ] {
      #expect(throws: CheckpointError(.wrongWords, "")) { try Recipe(parsing: line) }
    }
  }
}
