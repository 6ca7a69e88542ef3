// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// A moving average beside the weights is the default, and the report says which of the two it is.
struct AverageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var file: Sample
    var layout: String
    var recipe: String
    var branch: Text
    var branches: [Text]
    var line: String
    var other: (branch: Text, recipe: String)
    var testDescription: String { "\(layout): \(branch)" }
  }

  static let cases: [Case] = [
    Case(
      file: .dict([
        "epoch": .int(1), "arch": .string("vit"), "version": .int(2),
        "state_dict": .keys(["blocks.0.a", "head.b"]),
        "state_dict_ema": .keys(["blocks.0.a", "head.b"]),
      ]),
      layout: "timm", recipe: "take state_dict_ema", branch: "state_dict_ema",
      branches: ["state_dict", "state_dict_ema"],
      line: "`state_dict_ema` is the moving average of `state_dict`", other: ("state_dict", "take state_dict")
    ),
    Case(
      file: .dict([
        "meta": .dict([:]), "message_hub": .dict([:]),
        "state_dict": .keys(["backbone.a", "neck.b", "head.c"]),
        "ema_state_dict": .keys(["steps", "module.backbone.a", "module.neck.b", "module.head.c"]),
      ]),
      layout: "OpenMMLab", recipe: "take state_dict\nunder backbone.", branch: "state_dict",
      branches: ["state_dict", "ema_state_dict"],
      line:
        "`state_dict` is the moving average of `ema_state_dict`: MMEngine's EMAHook swaps the two when it saves",
      other: ("ema_state_dict", "take ema_state_dict\nunder module.backbone.")),
    Case(
      file: .dict([
        "state_dict": .keys(["module.a", "module.b"]),
        "ema_state_dict": .keys(["n_averaged", "module.a", "module.b"]),
      ]),
      layout: "moving average", recipe: "take ema_state_dict\nunder module.", branch: "ema_state_dict",
      branches: ["state_dict", "ema_state_dict"],
      line: "`ema_state_dict` is the moving average of `state_dict`",
      other: ("state_dict", "take state_dict\nunder module.")),
    Case(
      file: .dict([
        "model": .keys(["backbone.a", "decoder.b"]), "model_ema": .keys(["backbone.a", "decoder.b"]),
        "optimizer": .dict([:]),
      ]),
      layout: "moving average", recipe: "take model_ema\nunder backbone.", branch: "model_ema",
      branches: ["model", "model_ema"], line: "`model_ema` is the moving average of `model`",
      other: ("model", "take model\nunder backbone.")),
    Case(
      file: .dict([
        "pytorch-lightning_version": .string("2.5"), "state_dict": .keys(["model.a"]),
        "ema_state_dict": .keys(["a"]),
      ]),
      layout: "PyTorch Lightning", recipe: "take ema_state_dict", branch: "ema_state_dict",
      branches: ["state_dict", "ema_state_dict"],
      line: "`ema_state_dict` is the moving average of `state_dict`",
      other: ("state_dict", "take state_dict\nunder model.")),
    Case(
      file: .dict([
        "pytorch-lightning_version": .string("2.6"), "state_dict": .keys(["model.a"]),
        "current_model_state": .keys(["model.a"]), "averaging_state": .dict(["n_averaged": .tensor([])]),
      ]),
      layout: "PyTorch Lightning", recipe: "take state_dict\nunder model.", branch: "state_dict",
      branches: ["state_dict", "current_model_state"],
      line:
        "`state_dict` is the moving average of `current_model_state`: Lightning's WeightAveraging swaps the two "
        + "when it saves",
      other: ("current_model_state", "take current_model_state\nunder model.")),
  ]

  @Test(arguments: cases) func `the average is the default, and the other is there by name`(_ test: Case)
    throws
  {
    let document = test.file.document
    let plan = try document.stripPlan()
    #expect(plan.layout == test.layout)
    #expect(plan.recipe.description == test.recipe)
    #expect(plan.branch == test.branch)
    #expect(plan.branches == test.branches)
    #expect(plan.evidence.last == test.line)
    let other = try document.stripPlan(branch: test.other.branch)
    #expect(other.recipe.description == test.other.recipe)
    for passes in [plan.recipe.passes, other.recipe.passes] {
      var result = document
      try result.apply(passes)
      #expect(result.keys()?.contains { $0 == "a" || $0 == "blocks.0.a" } == true)
    }
  }

  @Test func `an average without the buffers is refused, and taken by name`() throws {
    let document = Sample.dict([
      "state_dict": .keys(["bn.weight", "bn.running_mean", "bn.running_var"]),
      "ema_state_dict": .keys(["bn.weight"]),
    ]).document
    #expect {
      try document.stripPlan()
    } throws: { error in
      (error as? CheckpointError)?.description
        == "`ema_state_dict`, the moving average, lacks 2 keys of `state_dict`, such as `bn.running_mean`\n"
        + "  try: `--branch state_dict`, or `--branch ema_state_dict` as it is"
    }
    #expect(try document.stripPlan(branch: "state_dict").recipe.description == "take state_dict")
    #expect(try document.stripPlan(branch: "ema_state_dict").recipe.description == "take ema_state_dict")
  }

  @Test func `a teacher goes before an average`() throws {
    let plan = try Sample.dict([
      "teacher": .keys(["backbone.a", "head.b"]), "state_dict": .keys(["backbone.a", "head.b"]),
      "ema_state_dict": .keys(["backbone.a", "head.b"]),
    ]).document.stripPlan()
    #expect(plan.branch == "teacher")
  }

  @Test func `a name alone makes no average`() throws {
    let document = Sample.dict([
      "state_dict": .keys(["a.b"]), "ema_state_dict": .dict(["decay": .float(0.9)]),
    ]).document
    #expect(throws: CheckpointError(.unknownLayout, "")) { try document.stripPlan() }
  }

  @Test func `the counter of an averaged model goes with its wrapper`() throws {
    var document = Sample.keys(["n_averaged", "module.a", "module.b"]).document
    let plan = try document.stripPlan()
    #expect(plan.layout == "wrapped state dict")
    #expect(plan.evidence == ["every key of the document begins with `module.`, but for `n_averaged`"])
    #expect(plan.dropped == [.init(path: "n_averaged", tensors: 1)])
    try document.apply(plan.recipe.passes)
    #expect(document.keys() == ["a", "b"])
  }
}
