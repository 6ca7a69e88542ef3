// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

struct WhyTests {
  private func why(_ key: Text, _ recipe: String) throws -> WhyReport {
    try KeyPassTests.file.document.why(key, Recipe(parsing: recipe).passes)
  }

  @Test func `a key is followed through every pass`() throws {
    let report = try why(
      "teacher/module.backbone.fc.weight",
      "take teacher\nunder module.backbone.\ndrop **.bias\ncast float16\nrename fc.* out.$1")
    #expect(report.steps.map(\.outcome) == [.renamed, .renamed, .untouched, .cast, .renamed])
    #expect(
      report.steps.map(\.path) == [
        "module.backbone.fc.weight", "fc.weight", "fc.weight", "fc.weight", "out.weight",
      ])
    #expect(report.steps[3].detail == "float32 -> float16")
    #expect(report.result == "out.weight")
  }

  @Test func `the pass that dropped it is the last step`() throws {
    let head = try why("teacher/module.head.mlp.weight", "take teacher\nunder module.backbone.\ncast float16")
    #expect(head.steps.map(\.outcome) == [.renamed, .dropped])
    #expect(head.result == nil)
    let inside = try why("optimizer/state/0/momentum_buffer", "drop optimizer")
    #expect(inside.steps.map(\.outcome) == [.dropped])
    let beside = try why("student/module.head.mlp.weight", "take teacher")
    #expect(beside.steps.map(\.outcome) == [.dropped])
  }

  @Test func `a pass that refuses is a step with its error`() throws {
    let report = try why("epoch", "cast float16\nunder backbone.\ndrop epoch")
    #expect(report.steps.map(\.outcome) == [.untouched, .refused])
    #expect(report.steps[1].error?.code == "nothing-matched")
    #expect(report.result == nil)
  }

  @Test func `a bare key is enough where one state dict alone has it`() throws {
    #expect(try why("center", "drop optimizer").path == "dino_loss/center")
    #expect {
      try why("module.backbone.fc.weight", "drop optimizer")
    } throws: { error in
      (error as? CheckpointError)?.description
        == "'module.backbone.fc.weight': 2 state dicts have this key: `student/module.backbone.fc.weight` and "
        + "`teacher/module.backbone.fc.weight`\n  try: `resect why FILE student/module.backbone.fc.weight`"
    }
    #expect {
      try why("centre", "drop optimizer")
    } throws: { error in
      (error as? CheckpointError)?.description
        == "'centre': there is no such path, and no state dict has such a key\n  try: `resect why FILE center`"
    }
  }

  @Test func `a report is JSON with a schema`() throws {
    let text = try JSONText.of(try why("epoch", "drop optimizer"))
    #expect(
      text
        == #"{"key":"epoch","path":"epoch","result":"epoch","schema":1,"steps":[{"outcome":"untouched","pass":"#
        + #""drop optimizer","path":"epoch"}]}"# + "\n")
  }
}
