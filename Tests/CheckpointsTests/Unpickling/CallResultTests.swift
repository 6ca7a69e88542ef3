// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Calls whose result is known: attributes that are looked up, arguments that come back.
@Suite struct CallResultTests {
  private func examined(_ pickle: String) -> PickleExamination {
    PickleExamination(.memory(Array(pickle.utf8)))
  }

  private func names(_ pickle: String) -> [String] { examined(pickle).names.map { $0.name.description } }

  @Test func `an attribute of what a name stands for is a dotted name`() {
    let pickle = "cbuiltins\ngetattr\n(cm\nColor\nVRED\ntR."
    #expect(names(pickle) == ["m.Color", "m.Color.RED"])
    #expect(examined(pickle).names.map(\.name.module) == ["m", "m"])
    // Python 2's name, and the memo.
    #expect(
      names("c__builtin__\ngetattr\np0\n(cm\nA\nVx\ntR0g0\n(cm\nA\nVy\ntR.") == ["m.A", "m.A.x", "m.A.y"])
  }

  @Test func `attributes of attributes go on`() {
    #expect(
      names("cbuiltins\ngetattr\np0\n(g0\n(cm\nA\nVx\ntRVy\ntR.") == ["m.A", "m.A.x", "m.A.x.y"])
  }

  @Test func `what is made of it is called and changed by its name`() {
    let examined = examined(
      "cbuiltins\ngetattr\n(cm\nA\nVx\ntR(tR0cbuiltins\ngetattr\n(cm\nA\nVx\ntR(dVk\nI1\nsb.")
    #expect(examined.names.map(\.name.name) == ["A", "A.x"])
    #expect(examined.names[1].isCalled)
    #expect(examined.oddities.map(\.oddity) == [.changed(GlobalName("m", "A.x"))])
  }

  @Test(
    "any other use leaves the function",
    arguments: [
      // Stored, called with what is not written, with three arguments, as a class, left on the stack, in a memo, cut off.
      "cbuiltins\ngetattr\n0N.", "cbuiltins\ngetattr\n(Vos\nVx\ntR.", "cbuiltins\ngetattr\n(cm\nA\nVx\nNtR.",
      "(cm\nA\nVx\nibuiltins\ngetattr\n.", "(cbuiltins\ngetattr\ncm\nA\nVx\no.", "cbuiltins\ngetattr\n.",
      "cbuiltins\ngetattr\np0\n(cm\nA\nVx\ntR0(g0\nl.", "cbuiltins\ngetattr\n(cm\nA\nVx\nt",
      "cbuiltins\ngetattr\n2(cm\nA\nVx\ntR.", "cbuiltins\ngetattr\n(cm\nA\n(tRVx\ntR.",
      "cbuiltins\ngetattr\n(cm\nA\nVx\ntR0c__builtin__\ngetattr\n.",
    ])
  func otherUses(pickle: String) {
    #expect(names(pickle).contains { $0.hasSuffix(".getattr") })
  }

  @Test func `an argument that comes back is changed as itself`() {
    for call in [
      "ctorch.jit._pickle\nrestore_type_tag\n(cm\nA\nVx\ntR",
      "cnumpy.core.multiarray\nscalar\n(Nc" + "m\nA\ntR",
      "cnumpy\nobject_\n(cm\nA\ntR",
    ] {
      #expect(
        examined(call + "(dVk\nI1\nsb.").oddities.map(\.oddity) == [.changed(GlobalName("m", "A"))], "\(call)"
      )
    }
    // Values that come back are values.
    #expect(examined("cnumpy.core.multiarray\nscalar\n(NVx\ntR(db.").oddities.isEmpty)
    #expect(examined("ctorch.jit._pickle\nrestore_type_tag\n((lVx\ntR(db.").oddities.isEmpty)
  }

  /// A whole module before PyTorch 1.6: `('module', class, file, source)`.
  @Test func `the source of a class in a persistent id is no name`() {
    let source = String(repeating: "x", count: 2000)
    let module = examined("(Vmodule\nctorch.nn\nLinear\nVlinear.py\nV\(source)\ntQ(tR(db.")
    #expect(module.oddities.isEmpty)
    #expect(module.names.map(\.isCalled) == [true])
    #expect(module.persistentIDs.map(\.parts.last) == [.other])
  }
}
