// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// An optimizer follows what a recipe does to the parameters that it trains.
struct OptimizerFollowingTests {
  typealias Edited = (before: Document, after: Document, report: OptimizerReport?)

  private func edit(_ file: String, _ lines: String...) throws -> Edited {
    let before = try Checkpoint.open(Fixtures.path(file))
    var after = before
    let report = try after.edit(Recipe(parsing: lines.joined(separator: "\n")).passes)
    #expect(report.steps.count == lines.count)
    #expect(report.optimizers.count <= 1)
    return (before, after, report.optimizers.first)
  }

  private func record(_ document: Document, _ path: Text = "optimizer") throws -> OptimizerRecord {
    try OptimizerRecord(at: path, in: document)
  }

  /// The state's tensors by the parameter's key, as the rule tells it for this document.
  private func state(_ document: Document, _ path: Text = "optimizer") throws -> [Text: [TensorRecord]] {
    let record = try record(document, path)
    let order = try ParameterOrder(record, in: document)
    var found: [Text: [TensorRecord]] = [:]
    for (index, parameter) in zip(record.groups.flatMap(\.indices), order.groups.flatMap { $0 }) {
      found[parameter.key] = record.tensors(of: index, in: document).compactMap { document.tensor($0.node) }
    }
    return found
  }

  private func isCounted(_ record: OptimizerRecord) -> Bool {
    record.groups.flatMap(\.indices) == (0..<record.parameterCount).map { Int64($0) }
  }

  @Test(arguments: [
    "rdino-tiny-torch1.13.pth", "rdino-tiny-torch2.15.pth", "rdino-tiny-epoch1-torch1.13.pth",
  ])
  func `without RDINO's head every other parameter keeps its own state`(_ file: String) throws {
    let edited = try edit("checkpoints/" + file, "drop student/module.head.**")
    let after = try record(edited.after)
    #expect(after.groups.map(\.indices.count) == [38, 100])
    #expect(isCounted(after))
    #expect(after.entries.count == 138)
    let (old, new) = try (state(edited.before), state(edited.after))
    #expect(new == old.filter { $0.key.hasPrefix("module.backbone.") })
    #expect(edited.report?.rule == "get_params_groups")
    #expect(edited.report?.model == "student")
    #expect(edited.report?.shapes == (file.contains("epoch1") ? 150 : 151))
    #expect(edited.report?.after == .init(groups: 2, parameters: 138, states: 138))
  }

  @Test func `a parameter that never had a state has none under its new index`() throws {
    let edited = try edit(
      "checkpoints/rdino-tiny-epoch1-torch1.13.pth", "drop student/module.backbone.blocks.0.conv.conv.*")
    let after = try record(edited.after)
    #expect(after.groups.map(\.indices.count) == [42, 107])
    #expect(isCounted(after))
    #expect(after.entries.keys.elements == (0..<149).filter { $0 != 41 }.map { Int64($0) })
    for (key, tensors) in try state(edited.before) where !key.contains("blocks.0.conv.conv.") {
      #expect(try state(edited.after)[key] == tensors)
    }
  }

  @Test func `settings of the groups stay, and PyTorch's keys stay integers`() throws {
    let edited = try edit("checkpoints/rdino-tiny-torch1.13.pth", "drop student/**.bias")
    for (number, group) in try record(edited.before).groups.enumerated() {
      let new = try record(edited.after).groups[number]
      let settings = [edited.before.textEntries(of: group.node), edited.after.textEntries(of: new.node)]
      #expect(settings[0].map(\.key) == settings[1].map(\.key))
      for (old, now) in zip(settings[0], settings[1]) where old.key != "params" {
        #expect(old.node == now.node)
      }
    }
    guard case .mapping(let mapping) = edited.after[try record(edited.after).state] else {
      Issue.record("the state is no dict")
      return
    }
    for entry in mapping.entries {
      guard case .int = edited.after[entry.key] else {
        Issue.record("a key is no integer")
        return
      }
    }
  }

  @Test(arguments: [
    "drop teacher", "drop teacher/**.bias", "drop dino_loss", "drop student/**.running_mean", "plain",
  ])
  func `what it does not train changes nothing`(_ line: String) throws {
    let edited = try edit("checkpoints/rdino-tiny-torch1.13.pth", line)
    #expect(edited.report == nil)
    #expect(try record(edited.before).groups.map(\.indices) == record(edited.after).groups.map(\.indices))
    #expect(try record(edited.before).entries == record(edited.after).entries)
  }

  @Test func `new keys leave the order as it is`() throws {
    let edited = try edit("checkpoints/sdpn-tiny-torch1.13.pth", "unprefix module.", "rename head.** tail.$1")
    #expect(edited.report?.renamed == 148)
    #expect(try record(edited.before).groups.map(\.indices) == record(edited.after).groups.map(\.indices))
    #expect(try record(edited.before).entries == record(edited.after).entries)
  }

  @Test func `SDPN's prototypes take their group with them`() throws {
    let edited = try edit(
      "checkpoints/sdpn-tiny-torch1.13.pth", "drop prototypes", "drop sdpn_loss keleo_loss")
    let after = try record(edited.after)
    #expect(after.groups.map(\.indices.count) == [41, 107])
    #expect(after.entries.count == 148)
    #expect(edited.report?.notes.first?.hasPrefix("group 2 has no parameter left and went") == true)
  }

  @Test func `a group that upstream makes in any case stays when it is empty`() throws {
    let edited = try edit("checkpoints/rdino-tiny-torch1.13.pth", "keep student/**.bias optimizer")
    #expect(try record(edited.after).groups.map(\.indices.count) == [0, 75])
    #expect(edited.report?.notes.isEmpty == true)
  }

  @Test func `names follow, with and without a wrapper before the keys`() throws {
    let edited = try edit("optimizers/names.pt", "drop conv.weight out.*", "rename fc.** head.$1")
    let after = try record(edited.after)
    #expect(
      after.groups.map(\.names) == [
        ["conv.bias", "norm.weight", "norm.bias", "head.weight", "head.bias", "hidden.weight", "hidden.bias"]
      ])
    #expect(isCounted(after))
    let wrapped = try edit(
      "optimizers/names-wrapped.pt", "rename module.fc.** module.head.$1", "drop module.conv.*")
    #expect(
      try record(wrapped.after).groups.map(\.names)[1]?.prefix(3) == [
        "norm.weight", "norm.bias", "head.weight",
      ])
    let prefixed = try edit("optimizers/names.pt", "prefix encoder.")
    #expect(try record(prefixed.after).groups.map(\.names)[0] == ["encoder.out.bias"])
    let old = try state(edited.before)
    for (key, tensors) in try state(edited.after) {
      #expect(old[key.replacing("head.", with: "fc.")] == tensors)
    }
  }

  @Test func `a tied parameter stays until its last key goes, where that key has its place`() throws {
    let one = try edit("optimizers/lightning.ckpt", "drop state_dict/hidden.weight")
    #expect(
      try ParameterOrder(record(one.after, "optimizer_states/0"), in: one.after).groups[0].map(\.key).suffix(
        3)
        == ["hidden.bias", "out.weight", "out.bias"])
    #expect(
      try state(one.after, "optimizer_states/0")["out.weight"]
        == state(one.before, "optimizer_states/0")["hidden.weight"])
    let both = try edit(
      "optimizers/lightning.ckpt", "untie", "drop state_dict/hidden.weight state_dict/out.weight")
    #expect(try record(both.after, "optimizer_states/0").parameterCount == 8)
  }

  @Test func `weight norm's other form moves parameters, and their state with them`() throws {
    let edited = try edit(
      "checkpoints/rdino-tiny-torch1.13.pth", "parametrize weight-norm", "drop student/**.norm.**")
    let (old, new) = try (state(edited.before), state(edited.after))
    #expect(
      new["module.head.last_layer.parametrizations.weight.original1"]
        == old["module.head.last_layer.weight_v"])
    #expect(new.count == 89)
  }

  @Test func `rows of the state go where the parameter's rows go`() throws {
    let edited = try edit("optimizers/timm.pth", "rows state_dict/fc.* pick 1,0,1", "drop state_dict/norm.**")
    #expect(edited.report?.rows == 2)
    let (old, new) = try (state(edited.before), state(edited.after))
    for key in ["fc.weight", "fc.bias"] as [Text] {
      for (before, after) in zip(try #require(old[key]), try #require(new[key])) {
        #expect(after.shape == [3] + before.shape.dropFirst())
        let values = try #require(try TensorReader(edited.before, before).floats())
        let width = values.count / 2
        #expect(
          try TensorReader(edited.after, after).floats()
            == Array(values[width...] + values[..<width] + values[width...]))
      }
    }
  }

  @Test func `what fuse computes has no state, and fuse says so`() throws {
    let before = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    var after = before
    let report = try after.edit(Recipe(parsing: "fuse weight-norm\ndrop student/**.norm.**").passes)
    #expect(report.optimizers.isEmpty)
    #expect(report.steps[0].notes.contains { $0.hasPrefix("`optimizer` is an optimizer") })
    #expect(try record(before).entries == record(after).entries)
  }
}
