// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Every rule fails closed: each wrong use with its code and its exact message.
struct RefusalTests {
  struct Wrong: Sendable, CustomTestStringConvertible {
    var passes: String
    var code: CheckpointError.Code
    var message: String
    var testDescription: String { passes }
  }

  static let cases: [Wrong] = [
    Wrong(
      passes: "take teachr", code: .nothingMatched,
      message:
        "'teachr': there is no `teachr` at the top, which holds `student`, `teacher`, `optimizer`, `epoch` and "
        + "`dino_loss`\n  try: `take teacher`"),
    Wrong(
      passes: "take teacher\nunder backbone.", code: .nothingMatched,
      message:
        "nothing lies under `backbone.`; the keys begin with `module.backbone.`\n  try: `under module.backbone.`"
    ),
    Wrong(
      passes: "take teacher\nunder module.backbone.\nunder module.blocks.", code: .nothingMatched,
      message: "nothing lies under `module.blocks.`; the keys begin with `blocks.`\n  try: `under blocks.`"),
    Wrong(
      passes: "unprefix _orig_mod.", code: .nothingMatched,
      message:
        "nothing lies under `_orig_mod.`; the keys begin with `module.` and `center`\n  try: `unprefix module.`"
    ),
    Wrong(
      passes: "drop head.**", code: .nothingMatched,
      message: "no key matches `head.**`\n  try: `drop module.head.**`"),
    Wrong(
      passes: "drop optimiser", code: .nothingMatched,
      message: "no key matches `optimiser`\n  try: `drop optimizer`"),
    Wrong(
      passes: "keep teacher/module.heads.**", code: .nothingMatched,
      message: "no path matches `teacher/module.heads.**`\n  try: `keep teacher/module.head.**`"),
    Wrong(
      passes: "drop epoch nothing.here", code: .nothingMatched,
      message:
        "no key matches `nothing.here`; the keys begin with `student`, `module.`, `teacher`, `optimizer`, "
        + "`epoch`, `dino_loss` and 1 more\n  try: `resect ls FILE` lists every path"),
    Wrong(
      passes: "rename **.weight $1.bias", code: .collision,
      message:
        "'student/module.backbone.fc.bias': `module.backbone.fc.weight` and `module.backbone.fc.bias` would both "
        + "become `module.backbone.fc.bias`\n  try: drop or rename one of them first: `drop module.backbone.fc.weight`"
    ),
    Wrong(
      passes: "rename student teacher", code: .collision,
      message:
        "'teacher': `student` and `teacher` would both become `teacher`\n  try: drop or rename one of them first"
    ),
    Wrong(
      passes: "rename teacher/** student/$1", code: .wrongWords,
      message:
        "'teacher/module.backbone.blocks.0.conv.weight': `student/module.backbone.blocks.0.conv.weight` lies in "
        + "another container; `rename` changes the last component of a path\n  try: write a `/` inside a key as `~1`"
    ),
    Wrong(
      passes: "take epoch", code: .emptyResult,
      message:
        "no tensor would be left after `take epoch`\n  try: `resect ls FILE` shows what there is to keep"),
    Wrong(
      passes: "keep epoch", code: .emptyResult,
      message:
        "no tensor would be left after `keep epoch`\n  try: `resect ls FILE` shows what there is to keep"),
  ]

  @Test(arguments: cases) func `a wrong use is refused, and leaves the document as it was`(_ wrong: Wrong)
    throws
  {
    let before = KeyPassTests.file.document
    var document = before
    #expect {
      try document.edit(wrong.passes)
    } throws: { error in
      let error = error as? CheckpointError
      return error?.code == wrong.code && error?.description == wrong.message
    }
    #expect(try document.leaves == before.leaves)
  }

  @Test func `unprefix into a key that is there is a collision`() {
    var document = Sample.keys(["module.a", "a"]).document
    #expect {
      try document.edit("unprefix module.")
    } throws: { error in
      (error as? CheckpointError)?.description
        == "'a': `module.a` and `a` would both become `a`\n  try: drop or rename one of them first: `drop module.a`"
    }
  }

  @Test func `passes go through a document whose paths would not fit in memory`() throws {
    var builder = SampleBuilder()
    var node = builder.add(.keys(["a.w", "b.w"]))
    for _ in 0..<40_000 { node = builder.document.add(.list([node])) }
    let weights = builder.add(.keys(["a.w", "c.w"]))
    let entries = [("deep", node), ("model", weights)].map { name, node in
      Mapping.Entry(key: builder.document.add(.string(name)), value: node)
    }
    builder.document.root = builder.document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    var document = builder.document
    try document.edit("drop c.w\ncast float16\nplain\ndrop deep\nunder a.")
    #expect(document.keys("model") == ["w"])
  }

  @Test func `what an object is made from does not go alone`() {
    var document = Sample.dict([
      "m": .keys(["a"]),
      "c": .call(GlobalName("torch._utils", "_rebuild_sparse_tensor"), [.int(1), .tensor([2])]),
    ]).document
    #expect(throws: CheckpointError(.unrepresentable, "")) { try document.edit("drop c/.args") }
  }
}
