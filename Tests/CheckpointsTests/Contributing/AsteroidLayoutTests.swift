// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// The layout of `docs/contributing.md`.
struct AsteroidLayoutTests {
  private static let layouts = LayoutList([AsteroidLayout.self] + LayoutList.standard.all)
  private static let keys: [Text] = ["encoder.filterbank.weight", "masker.bottleneck.0.gamma"]
  private static let file = Sample.dict([
    "model_name": .string("ConvTasNet"), "state_dict": .keys(keys), "model_args": .dict(["n_src": .int(2)]),
    "infos": .dict([:]),
  ])

  @Test func `its page is right`() throws {
    #expect(try LayoutPageTests.faults(Fixtures.text("contributing/asteroid.md"), Self.layouts) == [])
  }

  @Test func `the network comes out of the file, and what lies beside it goes`() throws {
    var document = Self.file.document
    let plan = try document.stripPlan(layouts: Self.layouts)
    #expect(plan.layout == "Asteroid")
    #expect(plan.evidence == ["`model_name` and `model_args` lie beside `state_dict`"])
    #expect(plan.recipe.description == "take state_dict")
    #expect(plan.dropped.map(\.path) == ["model_name", "model_args", "infos"])
    try document.apply(plan.recipe.passes)
    #expect(document.keys() == Self.keys)
  }

  @Test func `without its signs, or in a list that does not have it, it is not found`() throws {
    let unknown = CheckpointError(.unknownLayout, "")
    let unsigned = Sample.dict(["model_name": .string("x"), "state_dict": .keys(Self.keys)]).document
    #expect(throws: unknown) { try unsigned.stripPlan(layouts: Self.layouts) }
    #expect(throws: unknown) { try Self.file.document.stripPlan() }
  }

  @Test func `a branch that the file has not is refused`() throws {
    #expect(throws: CheckpointError(.absentBranch, "")) {
      try Self.file.document.stripPlan(branch: "teacher", layouts: Self.layouts)
    }
  }
}
