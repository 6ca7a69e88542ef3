// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The forms of other projects: DINOv2, WeSpeaker, OpenMMLab, timm.
struct ProjectLayoutTests {
  private func check(
    _ file: Sample, _ layout: String, _ recipe: String, keys: [Text], dropped: [Text],
    branch: Text? = nil
  ) throws {
    var document = file.document
    let plan = try document.stripPlan(branch: branch)
    #expect(plan.layout == layout)
    #expect(plan.recipe.description == recipe)
    #expect(plan.dropped.map(\.path) == dropped)
    #expect(plan.kept == keys.count)
    try document.apply(plan.recipe.passes)
    #expect(document.keys() == keys)
  }

  static let vit: [Text] = ["backbone.cls_token", "backbone.blocks.0.0.norm1.weight"]
  static let dinoHead: [Text] = ["dino_head.mlp.0.weight", "dino_head.last_layer.weight_g"]

  @Test func `DINOv2's teacher file gives the backbone, without either head`() throws {
    let keys: [Text] = ["cls_token", "blocks.0.0.norm1.weight"]
    try check(
      .dict(["teacher": .keys(Self.vit + Self.dinoHead + ["ibot_head.mlp.0.weight"])]), "DINOv2",
      "take teacher\nunder backbone.", keys: keys, dropped: ["dino_head.", "ibot_head."])
    try check(
      .keys((Self.vit + Self.dinoHead).map { "module." + $0 }), "DINOv2", "under module.backbone.",
      keys: keys,
      dropped: ["module.dino_head."])
  }

  @Test func `DINOv2's training file gives either network`() throws {
    let networks = ["student.", "teacher."].flatMap { branch in (Self.vit + Self.dinoHead).map { branch + $0 }
    }
    let file = Sample.dict([
      "model": .keys(networks + ["dino_loss.center"]), "optimizer": .dict([:]), "iteration": .int(5),
    ])
    let keys: [Text] = ["cls_token", "blocks.0.0.norm1.weight"]
    try check(
      file, "DINOv2", "take model\nunder teacher.backbone.", keys: keys,
      dropped: ["optimizer", "iteration", "student.", "dino_loss.", "teacher.dino_head."])
    try check(
      file, "DINOv2", "take model\nunder student.backbone.", keys: keys,
      dropped: ["optimizer", "iteration", "teacher.", "dino_loss.", "student.dino_head."], branch: "student")
    var chunked = file.document
    try chunked.edit(
      "take model\nunder teacher.backbone.\nrename 're:blocks\\.[0-9]+\\.([0-9]+)\\.(.*)' 'blocks.$1.$2'")
    #expect(chunked.keys() == ["cls_token", "blocks.0.norm1.weight"])
  }

  static let speaker: [Text] = ["layer1.conv.weight", "linear.weight"]
  static let projection: [Text] = ["projection_head.mlp.0.weight", "projection_head.last_layer.weight_v"]

  @Test func `WeSpeaker's head lies among the backbone's keys, and goes`() throws {
    let networks = ["s_model.", "t_model."].flatMap { name in
      (Self.speaker + Self.projection).map { name + $0 }
    }
    let file = Sample.dict([
      "model": .keys(networks + ["dino_loss_calculator.center"]), "optimizer": .dict(["state": .dict([:])]),
    ])
    try check(
      file, "WeSpeaker DINO", "take model\nunder t_model.\ndrop projection_head.**", keys: Self.speaker,
      dropped: ["optimizer", "s_model.", "dino_loss_calculator.", "t_model.projection_head."])
    try check(
      file, "WeSpeaker DINO", "take model\nunder s_model.\ndrop projection_head.**", keys: Self.speaker,
      dropped: ["optimizer", "t_model.", "dino_loss_calculator.", "s_model.projection_head."],
      branch: "student")
    #expect(try file.document.stripPlan().branches == ["student", "teacher"])
    let wrapped = Sample.dict(["model": .keys(networks.map { "module." + $0 })])
    #expect(
      try wrapped.document.stripPlan().recipe.description
        == "take model\nunder module.t_model.\ndrop projection_head.**")
  }

  @Test func `WeSpeaker's averaged teacher is bare, with its head`() throws {
    try check(
      .keys(Self.speaker + Self.projection), "WeSpeaker DINO", "drop projection_head.**", keys: Self.speaker,
      dropped: ["projection_head."])
  }

  @Test func `the report counts a head that lies among the kept keys`() throws {
    let file = Sample.dict(["model": .keys((Self.speaker + Self.projection).map { "t_model." + $0 })])
    let surgery = try Surgery(stripping: file.document)
    #expect(surgery.report.after.tensors == 2)
    #expect(surgery.report.dropped?.map(\.bytes) == [16])
    #expect(
      surgery.report.droppedPaths == Self.projection.map { "model/t_model." + $0 })
  }

  @Test func `OpenMMLab's backbone comes out from beside neck and head`() throws {
    try check(
      .dict([
        "meta": .dict(["epoch": .int(1)]),
        "state_dict": .keys(["backbone.a", "neck.b", "encoder_k.module.0.a"]),
      ]),
      "OpenMMLab", "take state_dict\nunder backbone.", keys: ["a"], dropped: ["meta", "neck.", "encoder_k."])
    let none = Sample.dict(["meta": .dict([:]), "state_dict": .keys(["encoder.a", "decoder.b"])])
    #expect(throws: CheckpointError(.unknownLayout, "")) { try none.document.stripPlan() }
  }

  @Test func `timm's network comes out whole, its classifier too`() throws {
    try check(
      .dict([
        "epoch": .int(3), "arch": .string("resnet50"), "version": .int(2), "optimizer": .dict([:]),
        "state_dict": .keys(["conv1.weight", "fc.weight"]),
      ]),
      "timm", "take state_dict", keys: ["conv1.weight", "fc.weight"],
      dropped: ["epoch", "arch", "version", "optimizer"])
  }
}
