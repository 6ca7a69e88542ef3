// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The passes that choose and rename keys, on a small file of RDINO's form.
struct KeyPassTests {
  static let branch = Sample.keys(
    [
      "module.backbone.blocks.0.conv.weight", "module.backbone.fc.weight", "module.backbone.fc.bias",
      "module.head.mlp.weight",
    ],
    metadata: [
      "", "module", "module.backbone", "module.backbone.instancenorm", "module.backbone.blocks",
      "module.backbone.blocks.0", "module.backbone.blocks.0.conv", "module.backbone.fc", "module.head",
      "module.head.mlp",
    ])
  static let file = Sample.dict([
    "student": branch, "teacher": branch,
    "optimizer": .dict([
      "state": .dict(["0": .dict(["momentum_buffer": .tensor([2])])]), "param_groups": .list([]),
    ]),
    "epoch": .int(3),
    "dino_loss": .keys(["center"], metadata: [""]),
  ])

  @Test func `taking a branch and what lies under the backbone gives upstream's own keys and metadata`()
    throws
  {
    var document = Self.file.document
    let reports = try document.apply([.take("teacher"), .under("module.backbone.")])
    #expect(document.keys() == ["blocks.0.conv.weight", "fc.weight", "fc.bias"])
    #expect(document.modules() == ["", "instancenorm", "blocks", "blocks.0", "blocks.0.conv", "fc"])
    #expect(reports.map(\.pass) == ["take teacher", "under module.backbone."])
    #expect(
      reports[0].changes.map(\.from) == ["student", "optimizer", "epoch", "dino_loss", "teacher"])
    #expect(reports[1].changes.count == 4)
    #expect(reports[1].changes.last == .init(.dropped, from: "module.head.mlp.weight"))
  }

  @Test func `under takes every branch, and all else goes`() throws {
    var document = Self.file.document
    let report = try document.edit("under module.backbone.")[0]
    #expect(
      try document.leaves == [
        "student/blocks.0.conv.weight", "student/fc.weight", "student/fc.bias",
        "teacher/blocks.0.conv.weight",
        "teacher/fc.weight", "teacher/fc.bias",
      ])
    #expect(report.changes.prefix(3).map(\.from) == ["optimizer", "epoch", "dino_loss"])
    #expect(report.notes.isEmpty)
  }

  @Test func `unprefix leaves other state dicts alone and says so`() throws {
    var document = Self.file.document
    #expect(
      try document.edit("unprefix module.")[0].notes == ["`dino_loss` has no such keys and was left alone"])
  }

  @Test func `unprefix and prefix undo each other, metadata too`() throws {
    var document = Sample.keys(["fc.weight", "bn.bias"], metadata: ["", "norm", "fc", "bn"]).document
    try document.edit("prefix module.")
    #expect(document.keys() == ["module.fc.weight", "module.bn.bias"])
    #expect(document.modules() == ["module", "module.norm", "module.fc", "module.bn"])
    try document.edit("unprefix module.")
    #expect(document.keys() == ["fc.weight", "bn.bias"])
    #expect(document.modules() == ["", "norm", "fc", "bn"])
  }

  @Test func `unprefix of a wrapper puts the module in the wrapper's place`() throws {
    var document = Sample.keys(["module.fc.weight"], metadata: ["", "module", "module.fc"]).document
    try document.edit("unprefix module.")
    #expect(document.modules() == ["", "fc"])
  }

  @Test func `a prefix is matched with its dot`() throws {
    var document = Sample.keys(["module.a.weight", "module_list.0.weight", "my.module.weight"]).document
    try document.edit("unprefix module.")
    #expect(document.keys() == ["a.weight", "module_list.0.weight", "my.module.weight"])
  }

  @Test func `drop takes whole containers, keys of every state dict, and what it empties`() throws {
    var document = Self.file.document
    let reports = try document.apply([.drop("optimizer", "**.head.**"), .drop("teacher/**")])
    #expect(
      try document.leaves == [
        "student/module.backbone.blocks.0.conv.weight", "student/module.backbone.fc.weight",
        "student/module.backbone.fc.bias", "epoch", "dino_loss/center",
      ])
    #expect(reports[1].changes.last == .init(.dropped, from: "teacher", detail: "nothing is left in it"))
    #expect(document.modules("student")?.contains("module.head") == false)
    #expect(document.modules("student")?.contains("module.backbone.instancenorm") == true)
  }

  @Test func `keep drops all else in the whole document`() throws {
    var document = Self.file.document
    let report = try document.edit("keep teacher/module.backbone.** epoch")[0]
    #expect(
      try document.leaves == [
        "teacher/module.backbone.blocks.0.conv.weight", "teacher/module.backbone.fc.weight",
        "teacher/module.backbone.fc.bias", "epoch",
      ])
    #expect(
      report.changes.map(\.from) == ["student", "teacher/module.head.mlp.weight", "optimizer", "dino_loss"])
  }

  @Test func `keep of a bare pattern means keys of state dicts`() throws {
    var document = Self.file.document
    try document.edit("keep **.fc.*")
    #expect(try document.leaves.count == 4)
    #expect(document.keys("teacher") == ["module.backbone.fc.weight", "module.backbone.fc.bias"])
    #expect(
      document.modules("teacher") == [
        "", "module", "module.backbone", "module.backbone.instancenorm", "module.backbone.fc",
      ])
  }

  @Test func `rename keeps the place and takes the modules along`() throws {
    var document = Sample.keys(
      ["enc.norm.gamma", "enc.norm.beta", "fc.weight"], metadata: ["", "enc", "enc.norm", "enc.drop", "fc"]
    ).document
    try document.apply([.rename("enc.**", to: "encoder.$1"), .rename("**.gamma", to: "$1.weight")])
    #expect(document.keys() == ["encoder.norm.weight", "encoder.norm.beta", "fc.weight"])
    #expect(document.modules() == ["", "encoder", "encoder.norm", "encoder.drop", "fc"])
  }

  @Test func `rename changes a name at the top and the last component of a path`() throws {
    var document = Self.file.document
    try document.apply([.rename("teacher", to: "model"), .rename("student/**.fc.*", to: "student/$1.out.$2")])
    #expect(document.node(at: ValuePath("model")) != nil)
    #expect(document.keys("student")?[1] == "module.backbone.out.weight")
    #expect(document.keys("model")?[1] == "module.backbone.fc.weight")
  }

  @Test func `a change of a pickled module's keys makes it a state dict`() throws {
    var document = Sample.state(
      ["fc.weight": .tensor([2]), "bn.weight": .tensor([2])], kind: .module(GlobalName("m", "Net"))
    ).document
    let report = try document.edit("drop bn.**")[0]
    #expect(document.typeName(document.root) == "OrderedDict")
    #expect(
      report.notes == ["the document was a whole m.Net object; it is now an OrderedDict of its state_dict()"])
  }

  @Test func `a container that two places share is edited once`() throws {
    let shared = Sample.shared("s", .keys(["a.w", "b.w"]))
    var document = Sample.dict(["x": shared, "y": shared]).document
    try document.edit("unprefix a.")
    #expect(document.keys("x") == ["w", "b.w"])
    try document.edit("drop b.w")
    #expect(document.keys("y") == ["w"])
  }

  @Test func `slots stand in the order of children`() {
    let document = Sample.dict([
      "o": .object(GlobalName("argparse", "Namespace"), ["lr": .float(0.1)]),
      "c": .call(GlobalName("a", "b"), [.int(1)]), "s": .keys(["x"]), "l": .list([.int(1)]),
    ]).document
    for index in document.nodes.indices {
      let id = NodeID(index)
      #expect(document.slots(of: id).count == document.children(of: id).count)
    }
  }
}
