// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

/// Where the order cannot be told nothing may be dropped; keys alone may change.
struct OptimizerRefusalTests {
  /// An optimizer with one parameter too few for its model.
  private let unknown = ParameterOrderRefusalTests.document(
    .dict([
      "model": ParameterOrderRefusalTests.model,
      "teacher": ParameterOrderRefusalTests.model,
      "optimizer": ParameterOrderRefusalTests.optimizer(
        [ParameterOrderRefusalTests.group([0, 1])], [0: [3, 2]]),
    ]))

  private func edit(_ lines: String...) throws -> (document: Document, report: Document.EditReport) {
    var document = unknown
    let report = try document.edit(Recipe(parsing: lines.joined(separator: "\n")).passes)
    return (document, report)
  }

  @Test(arguments: ["drop model/fc.bias", "drop model", "keep teacher optimizer", "rows model/fc.* pick 0"])
  func `an unknown order refuses, and names the first disagreement`(_ line: String) throws {
    let error = try #require(#expect(throws: CheckpointError.self) { try edit(line) })
    #expect(error.code == .misfit)
    #expect(error.code.exitCode == 4)
    #expect(error.location.key == "optimizer/param_groups/0/params")
    #expect(
      error.reason
        == "parameters that `optimizer` may count change, and which is which cannot be told: group 0 has 2 "
        + "parameters, but state-dict order of `model` gives it 3")
    #expect(error.hint == "`drop optimizer` too; training goes on without its state")
  }

  @Test func `what is no parameter of it, and a dropped optimizer, are nobody's business`() throws {
    #expect(try edit("drop teacher").report.optimizers.isEmpty)
    #expect(try edit("drop model/norm.**").report.optimizers.isEmpty)
    #expect(try edit("drop model/fc.bias", "drop optimizer").report.optimizers.isEmpty)
    #expect(try edit("take model", "drop fc.bias").report.optimizers.isEmpty)
    #expect(try edit("drop optimizer/state", "drop model/fc.bias").report.optimizers.isEmpty)
  }

  @Test func `new keys are allowed, with a note`() throws {
    let edited = try edit("rename model/fc.* model/head.$1")
    #expect(edited.report.optimizers.map(\.renamed) == [2])
    #expect(edited.report.optimizers.first?.rule == nil)
    #expect(
      edited.report.optimizers.first?.notes
        == ["which parameter is which cannot be told, but keys alone changed, and the order stays"])
  }

  @Test func `an optimizer keeps at least one parameter`() throws {
    let group = ParameterOrderRefusalTests.group([0, 1, 2])
    var document = ParameterOrderRefusalTests.document(
      .dict([
        "model": ParameterOrderRefusalTests.model, "other": .keys(["a"]),
        "optimizer": ParameterOrderRefusalTests.optimizer([group], [1: [3]]),
      ]))
    let before = try document.leaves
    let error = try #require(
      #expect(throws: CheckpointError.self) { try document.edit(Recipe(parsing: "drop model").passes) })
    #expect(error.code == .emptyResult)
    #expect(error.hint == "`drop optimizer` too; training goes on without its state")
    #expect(try document.leaves == before)
    try document.edit(Recipe(parsing: "drop model/out").passes)
    #expect(try OptimizerRecord(at: "optimizer", in: document).groups.map(\.indices) == [[0, 1]])
  }

  @Test func `two optimizers follow their own model`() throws {
    let other = Sample.state(["a": .tensor([4]), "b": .tensor([2, 3])])
    let groups = [
      ParameterOrderRefusalTests.group([0, 1, 2]), ParameterOrderRefusalTests.group([0, 1]),
    ]
    var document = ParameterOrderRefusalTests.document(
      .dict([
        "G": ParameterOrderRefusalTests.model, "D": other,
        "optimizer_G": ParameterOrderRefusalTests.optimizer([groups[0]], [0: [3, 2], 2: [2, 3]]),
        "optimizer_D": ParameterOrderRefusalTests.optimizer([groups[1]], [0: [4], 1: [2, 3]]),
      ]))
    let report = try document.edit(Recipe(parsing: "drop G/fc.weight D/b").passes)
    #expect(report.optimizers.map(\.path) == ["optimizer_G", "optimizer_D"])
    #expect(report.optimizers.map(\.model) == ["G", "D"])
    let records = try ["optimizer_G", "optimizer_D"].map { try OptimizerRecord(at: $0, in: document) }
    #expect(records.map { $0.groups.map(\.indices) } == [[[0, 1]], [[0]]])
    #expect(records.map { Array($0.entries.keys) } == [[1], [0]])
  }
}
