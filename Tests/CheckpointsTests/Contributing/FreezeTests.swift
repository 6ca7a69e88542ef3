// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// The pass of `docs/contributing.md`.
struct FreezeTests {
  private static let passes = PassList.standard + [Freeze.self]

  private func edit(_ document: inout Document, _ line: String) throws -> [PassReport] {
    try document.apply(Recipe(parsing: line, passes: Self.passes).passes)
  }

  @Test func `weights take no gradient afterwards, other parameters still do`() throws {
    var document = try Checkpoint.open(Fixtures.path("modules/module-torch2.pth"))
    let before = try #require(document.tensor("scale.weight"))
    #expect(before.requiresGrad)
    let reports = try edit(&document, "freeze **.weight")
    #expect(reports[0].changes.map(\.from) == ["scale.weight", "deep.inner.weight"])
    var after = try #require(document.tensor("scale.weight"))
    #expect(!after.requiresGrad)
    after.requiresGrad = true
    #expect(after == before)
    #expect(document.tensor("free")?.requiresGrad == true)
  }

  @Test func `what takes no gradient already is refused, with what to look at`() throws {
    var document = Sample.keys(["a.weight"]).document
    let error = #expect(throws: CheckpointError(.nothingMatched, "")) { try edit(&document, "freeze **") }
    #expect(error?.location.key == "a.weight")
    #expect(error?.hint == "`resect ls FILE --json` says which do")
  }

  @Test func `its line parses back, and the registry lists it`() throws {
    let recipe = try Recipe(parsing: "freeze 'a b.*' **.bias", passes: Self.passes)
    #expect(recipe.description == "freeze 'a b.*' **.bias")
    #expect(
      Self.passes.help.hasSuffix("freeze PATTERN...                  tensors that training is to leave alone")
    )
    let error = #expect(throws: CheckpointError.self) { try Recipe(parsing: "freze x", passes: Self.passes) }
    #expect(error?.hint == "`freeze x`")
  }
}
