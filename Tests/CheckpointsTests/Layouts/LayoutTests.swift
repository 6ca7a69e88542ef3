// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

struct LayoutTests {
  static let head = ["mlp.weight", "last_layer.weight_g", "last_layer.weight_v"]

  /// `<prefix>backbone.` of a key list beside `<prefix>head.` of a DINO head.
  static func branch(_ list: String, _ prefix: Text = "module.", inner: Text = "") throws -> KeyListState {
    var head = try KeyList("head_sdpn_full")
    head.entries = Array(head.entries.prefix(3))
    return KeyListState(prefixed: [
      (prefix + "backbone." + inner, try KeyList(list)), (prefix + "head.", head),
    ])
  }

  @Test(arguments: [
    ("rdino-tiny-torch1.13.pth", "3D-Speaker RDINO", 20),
    ("rdino-tiny-epoch1-torch1.13.pth", "3D-Speaker RDINO", 20),
    ("rdino-tiny-torch2.15.pth", "3D-Speaker RDINO", 20), ("sdpn-tiny-torch1.13.pth", "3D-Speaker SDPN", 16),
  ]) func `upstream's own files give upstream's own keys and metadata`(_ test: (String, String, Int)) throws {
    var document = try Checkpoint.open(Fixtures.path("checkpoints/" + test.0))
    let before = document
    let plan = try document.stripPlan()
    #expect(plan.layout == test.1)
    #expect(plan.branch == "teacher")
    #expect(plan.branches == ["student", "teacher"])
    #expect(plan.recipe.description == "take teacher\nunder module.backbone.")
    #expect(plan.kept == 231)
    #expect(plan.dropped.contains(.init(path: "module.head.", tensors: test.2)))
    #expect(plan.dropped.contains { $0.path == "optimizer" && $0.tensors > 0 })
    #expect(plan.backbone?.family == .ecapaTDNN)
    #expect(plan.backbone?.frontEnd == .mel)
    try document.apply(plan.recipe.passes)
    #expect(document.keys() == (try KeyList("ecapa_tdnn_rdino512").keys))
    let prefix: Text = "module.backbone"
    let modules = try #require(before.modules("teacher"))
    #expect(modules.contains("module.backbone.instancenorm"))
    #expect(
      document.modules()
        == modules.filter { $0 == prefix || $0.hasPrefix(prefix + ".") }.map {
          $0 == prefix ? "" : $0.dropFirst(prefix.count + 1)
        })
    for key in document.keys() ?? [] {
      let (new, old) = (document.tensor(key), before.tensor("teacher/module.backbone." + key))
      #expect(new == old)
    }
  }

  @Test func `the student comes out where it is asked for`() throws {
    var document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    let teacher = document.tensor("teacher/module.backbone.fc.conv.weight")
    let plan = try document.stripPlan(branch: "student")
    #expect(plan.recipe.description == "take student\nunder module.backbone.")
    try document.apply(plan.recipe.passes)
    #expect(document.tensor("fc.conv.weight") != teacher)
  }

  @Test func `a released file with the teacher alone is told by its head`() throws {
    let state = KeyListState(prefixed: [
      ("module.backbone.", try KeyList("ecapa_tdnn_rdino512")),
      ("module.head.", try KeyList("head_rdino_full")),
    ])
    let plan = try KeyListState.dict(["teacher": state]).stripPlan()
    #expect(plan.layout == "3D-Speaker RDINO")
    #expect(plan.branches == ["teacher"])
    let bare = try state.document.stripPlan()
    #expect(bare.branch == nil)
    #expect(bare.recipe.description == "under module.backbone.")
  }

  @Test func `wrappers go in any order and as often as they come, inside the backbone too`() throws {
    for prefix in ["", "module.", "_orig_mod.module.", "module._orig_mod.module._orig_mod."] as [Text] {
      for inner in ["", "_orig_mod.", "module._orig_mod."] as [Text] {
        var document = try Self.branch("ecapa_tdnn_sup192", prefix, inner: inner).document
        let plan = try document.stripPlan()
        #expect(plan.layout == "DINO form")
        try document.apply(plan.recipe.passes)
        #expect(document.keys() == (try KeyList("ecapa_tdnn_sup192").keys))
      }
    }
  }

  @Test(arguments: ["campplus192", "campplus512"])
  func `CAM++ comes through whole, its head of convolutions too`(_ list: String) throws {
    let keys = try KeyList(list).keys
    for state in [
      try Self.branch(list), try Self.branch(list, ""),
      KeyListState(prefixed: [("module.", try KeyList(list))]),
      KeyListState(prefixed: [("_orig_mod.backbone.", try KeyList(list))]),
    ] {
      var document = KeyListState.dict(["teacher": state], ["epoch": .int(1)])
      let plan = try document.stripPlan()
      try document.apply(plan.recipe.passes)
      #expect(document.keys() == keys)
      #expect(plan.backbone?.family == .camPlusPlus)
      var bare = state.document
      try bare.apply(bare.stripPlan().recipe.passes)
      #expect(bare.keys() == keys)
    }
  }

  @Test(arguments: [
    "ecapa_tdnn_sup192", "campplus192", "eres2net_base192", "eres2net_huge192", "eres2netv2_192",
    "res2net192",
    "resnet34_192_twoemb", "xvector512",
  ]) func `a bare backbone says so, and a wrapped one is unwrapped`(_ list: String) throws {
    let bare = try KeyList(list).state().document
    #expect(throws: CheckpointError(.alreadyBare, "")) { try bare.stripPlan() }
    var wrapped = try KeyList(list).state(prefix: "module.").document
    let plan = try wrapped.stripPlan()
    #expect(plan.layout == "wrapped state dict")
    #expect(plan.dropped == [])
    try wrapped.apply(plan.recipe.passes)
    #expect(wrapped.keys() == (try KeyList(list).keys))
  }

  @Test func `what else lies beside the backbone is reported`() throws {
    var state = try Self.branch("ecapa_tdnn_sup192")
    state.prefixed.append(("module.projector.", try KeyList("classifier_linear_512x3")))
    let plan = try KeyListState.dict(["teacher": state]).stripPlan()
    #expect(
      plan.dropped == [.init(path: "module.head.", tensors: 3), .init(path: "module.projector.", tensors: 2)])
  }

  @Test func `a branch is recognised by what it holds`() throws {
    // The student in DDP, the teacher not, as facebookresearch/dino saves networks without batch norm.
    let file = KeyListState.dict(
      ["student": try Self.branch("ecapa_tdnn_sup192"), "teacher": try Self.branch("ecapa_tdnn_sup192", "")],
      [
        "args": .object(GlobalName("argparse", "Namespace"), ["arch": .string("vit_small")]),
        "epoch": .int(1),
      ])
    let plan = try file.stripPlan()
    #expect(plan.layout == "facebookresearch DINO")
    #expect(plan.recipe.description == "take teacher\nunder backbone.")
    // The teacher's head gone already, the student's not.
    let mixed = KeyListState.dict([
      "student": try Self.branch("ecapa_tdnn_sup192"), "teacher": try KeyList("ecapa_tdnn_sup192").state(),
    ])
    #expect(try mixed.stripPlan().recipe.description == "take teacher")
  }

  @Test func `Lightning's state dict gives its backbone, model or teacher`() throws {
    func lightning(_ states: [(String, KeyList)]) -> Document {
      KeyListState.dict(
        ["state_dict": KeyListState(prefixed: states.map { (Text($0.0), $0.1) })],
        ["pytorch-lightning_version": .string("2.5.0"), "epoch": .int(4), "global_step": .int(10)])
    }
    let ecapa = try KeyList("ecapa_tdnn_sup192")
    let head = try KeyList("classifier_linear_512x3")
    for (states, recipe) in [
      ([("model.", ecapa)], "take state_dict\nunder model."),
      ([("backbone.", ecapa), ("classifier.", head)], "take state_dict\nunder backbone."),
      ([("model.backbone.", ecapa), ("model.head.", head)], "take state_dict\nunder model.backbone."),
      ([("model._orig_mod.", ecapa)], "take state_dict\nunder model._orig_mod."),
      (
        [
          ("student.backbone.", ecapa), ("student.head.", head), ("teacher.backbone.", ecapa),
          ("teacher.head.", head),
        ],
        "take state_dict\nunder teacher.backbone."
      ),
    ] {
      var document = lightning(states)
      let plan = try document.stripPlan()
      #expect(plan.layout == "PyTorch Lightning")
      #expect(plan.recipe.description == recipe)
      try document.apply(plan.recipe.passes)
      #expect(document.keys() == ecapa.keys)
    }
    #expect(throws: CheckpointError(.unknownLayout, "")) { try lightning([("projector.", head)]).stripPlan() }
  }

  @Test func `a known backbone comes out of its container, a classifier beside it stays behind`() throws {
    let file = KeyListState.dict([
      "embedding_model": try KeyList("eres2netv2_192").state(),
      "classifier": try KeyList("classifier_cosine_192x5994").state(),
    ])
    let plan = try file.stripPlan()
    #expect(plan.layout == "known backbone in a container")
    #expect(plan.recipe.description == "take embedding_model")
    #expect(plan.dropped == [.init(path: "classifier", tensors: 1)])
  }

  @Test func `a branch deep in a container is found, and what lies around it goes`() throws {
    var builder = SampleBuilder()
    let teacher = try Self.branch("ecapa_tdnn_sup192").add(to: &builder.document)
    func dict(_ entries: [(Text, NodeID)]) -> NodeID {
      let entries = entries.map { Mapping.Entry(key: builder.document.add(.string($0.0)), value: $0.1) }
      return builder.document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    }
    let inner = dict([("teacher", teacher), ("center", builder.add(.tensor([3])))])
    builder.document.root = dict([("checkpoint", inner), ("epoch", builder.add(.int(1)))])
    for branch in [nil, "teacher", "checkpoint/teacher"] as [Text?] {
      let plan = try builder.document.stripPlan(branch: branch)
      #expect(plan.recipe.description == "take checkpoint/teacher\nunder module.backbone.")
      #expect(plan.dropped.map(\.path) == ["epoch", "checkpoint/center", "module.head."])
    }
    builder.document.root = dict([("a", inner), ("b", inner), ("c", dict([("teacher", teacher)]))])
    #expect(try builder.document.stripPlan().branch == "a/teacher")
    let other = try Self.branch("ecapa_tdnn_sup192").add(to: &builder.document)
    builder.document.root = dict([("a", inner), ("b", dict([("teacher", other)]))])
    #expect(throws: CheckpointError(.ambiguous, "")) { try builder.document.stripPlan() }
  }

  @Test func `a whole pickled module becomes its state dict`() throws {
    var document = try KeyList("xvector512").state().document
    guard case .stateDict(var state) = document[document.root] else { return }
    state.kind = .module(GlobalName("speakerlab.models.xvector.TDNN", "Xvector"))
    document[document.root] = .stateDict(state)
    let plan = try document.stripPlan()
    #expect(plan.recipe.description == "plain")
    try document.apply(plan.recipe.passes)
    #expect(document.typeName(document.root) == "OrderedDict")
  }
}
