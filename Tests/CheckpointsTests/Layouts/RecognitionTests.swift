// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// What a document is told to be, before anybody makes a refusal of it.
struct RecognitionTests {
  @Test func `a bare backbone is one, and has no branches to ask for`() throws {
    let document = try KeyList("ecapa_tdnn_sup192").state().document
    guard case .bare(let branch) = try Recognition(document) else {
      Issue.record("not bare")
      return
    }
    #expect(branch.isBare && branch.backbone?.family == .ecapaTDNN)
    guard case .undecided(.absent("teacher", among: [])) = try Recognition(document, wanting: "teacher")
    else {
      Issue.record("a branch is there")
      return
    }
  }

  @Test func `a layout tells where the backbone lies, and which paths are its`() throws {
    let document = Sample.dict([
      "model": .keys(["t_model.a", "t_model.projection_head.last_layer.w", "s_model.a"]), "epoch": .int(1),
    ]).document
    guard case .layout(let found) = try Recognition(document) else {
      Issue.record("no layout")
      return
    }
    #expect(found.name == "WeSpeaker DINO" && found.page == "wespeaker-dino")
    #expect(found.branch.path == "model" && found.branch.prefix == "t_model.")
    #expect(try document.leaves.filter(found.branch.holds) == ["model/t_model.a"])
  }

  @Test func `networks that cannot be told apart are left undecided, with the reason`() throws {
    let ecapa = try KeyList("ecapa_tdnn_sup192").state()
    guard
      case .undecided(.noTeacher(count: 2, named: ["a", "b"])) =
        try Recognition(KeyListState.dict(["a": ecapa, "b": ecapa]))
    else {
      Issue.record("it was decided")
      return
    }
    guard
      case .undecided(.severalCalled("teacher", ["a/teacher", "b/teacher"])) =
        try Recognition(
          Sample.dict([
            "a": .dict(["teacher": .keys(["backbone.a", "head.b"])]),
            "b": .dict(["teacher": .keys(["backbone.a", "head.b"])]),
          ]).document)
    else {
      Issue.record("it was decided")
      return
    }
  }

  @Test(arguments: [
    (Sample.state(["module.a.weight": .tensor([0, 3]), "module.a.bias": .tensor([0])]), "placeholders"),
    (.dict(["model": .keys(["teacher._flat_param"])]), "flat"), (.int(3), "other"),
    (.dict(["model": .keys(["encoder.a", "decoder.b"])]), "other"),
  ]) func `what no layout fits is unknown, for one of three reasons`(_ test: (Sample, String)) throws {
    guard case .unknown(let form) = try Recognition(test.0.document) else {
      Issue.record("it is known")
      return
    }
    let reason =
      switch form.reason {
      case .placeholders(path: ""): "placeholders"
      case .flatParameters(let site) where site.path == "model": "flat"
      case .other: "other"
      default: "somewhere else"
      }
    #expect(reason == test.1)
  }
}

/// A layout that this library does not know is looked for when it stands in the list.
struct LayoutListTests {
  private enum SiameseLayout: Layout {
    static let name = "siamese"
    static let page = "siamese"

    static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
      top.has("siamese_version") ? ["left": .init(names: ["trunk."], takesUnknown: false)] : [:]
    }

    static func branches(_ survey: Survey) -> [Branch] { survey.branches.filter { $0.path == "left" } }

    static func evidence(_ survey: Survey) -> [String]? {
      survey.has("siamese_version") ? ["`siamese_version` lies beside"] : nil
    }
  }

  @Test func `its name, its evidence and the networks that it declares count`() throws {
    let layouts = LayoutList([SiameseLayout.self] + LayoutList.standard.all)
    let document = Sample.dict([
      "left": .keys(["trunk.a", "tail.b"]), "siamese_version": .int(2),
    ]).document
    let plan = try document.stripPlan(layouts: layouts)
    #expect(plan.layout == "siamese" && plan.evidence == ["`siamese_version` lies beside"])
    #expect(plan.recipe.description == "take left\nunder trunk.")
    #expect(
      plan.dropped == [.init(path: "siamese_version", tensors: 0), .init(path: "tail.", tensors: 1)])
    #expect(throws: CheckpointError(.unknownLayout, "")) { try document.stripPlan() }
  }

  @Test func `the first layout that declares a state dict decides how its backbone lies`() throws {
    let names = Sample.dict([
      "pytorch-lightning_version": .string("2"), "meta": .dict([:]), "state_dict": .keys(["a"]),
      "ema_state_dict": .keys(["a"]),
    ])
    let top = TopNames(names.document)
    let rules = DeclaredNetworks(top, .standard)
    #expect(rules["state_dict"]?.names == ["backbone.", "model.", "encoder.", "net."])
    #expect(rules["state_dict"]?.takesUnknown == false && rules["ema_state_dict"]?.takesUnknown == true)
    let other = DeclaredNetworks(top, LayoutList([MovingAverageLayout.self, OpenMMLabLayout.self]))
    #expect(other["state_dict"]?.names == ["backbone."] && other["state_dict"]?.takesUnknown == true)
    #expect(DeclaredNetworks(top, LayoutList([]))["state_dict"] == nil)
  }
}
