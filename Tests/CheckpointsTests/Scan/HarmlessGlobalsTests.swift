// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The list of harmless names as it is written. `Tests/Interop/globals.py` judges what the names mean.
@Suite struct HarmlessGlobalsTests {
  @Test func `every line says something, and each name once`() {
    let list = HarmlessList(HarmlessGlobals.list)
    #expect(list.faults == [])
    #expect(list.names.count > 500)
    // Every reason is one of a name.
    #expect(Set(list.names.values.map(\.word)) == Set(list.reasons.keys))
    #expect(list.reasons.values.allSatisfy { !$0.why.isEmpty && [.data, .rebuild].contains($0.verdict) })
  }

  @Test func `reasons and names are sorted by their bytes`() {
    let lines = HarmlessGlobals.list.split(separator: "\n").map { Text($0) }
    let reasons = lines.filter { $0.hasPrefix("* ") }
    let names = lines.drop { $0.hasPrefix("* ") || $0.hasPrefix("  ") }
    #expect(reasons == reasons.sorted())
    #expect(Array(names) == names.sorted())
  }

  @Test func `no name is a pattern, or walks from one thing to another`() {
    for (name, reason) in HarmlessGlobals.names {
      #expect(!name.name.hasByte { "*?[] ".utf8.contains($0) }, "\(name)")
      // A member of an enumeration that is in the list itself.
      let parts = name.name.split(".")
      #expect(parts.count == (reason.word == "member" ? 2 : 1), "\(name)")
      #expect(HarmlessGlobals.reason(for: GlobalName(name.module, parts[0])) != nil, "\(name)")
      #expect(!name.module.hasByte { "*?[] ".utf8.contains($0) }, "\(name)")
    }
  }

  @Test func `whose arrays are read past is what the list says of`() {
    #expect(Set(HarmlessGlobals.names.filter { $0.value.word == "wrapper" }.keys) == JoblibArray.wrappers)
  }

  @Test func `what may give back its argument is known`() {
    let names = HarmlessGlobals.names.filter { $0.value.mayGiveArgument }.keys
    #expect(Set(names) == CallRole.givers)
    #expect(names.contains(GlobalName("torch.jit._pickle", "restore_type_tag")))
    #expect(names.contains(GlobalName("numpy.core.multiarray", "scalar")))
    #expect(names.contains(GlobalName("numpy", "object_")))
    #expect(!names.contains(GlobalName("numpy.core.multiarray", "_reconstruct")))
  }

  @Test func `the list and PyTorch's own do not overlap`() {
    for name in HarmlessGlobals.names.keys { #expect(!KnownGlobals.contains(name), "\(name)") }
  }

  @Test(
    "a line that says nothing is a fault",
    arguments: [
      "a.b word Name", "* word: why", "* word danger: why", "* word opaque: why", "* word data given: why",
      "* word data:why", "* word data: why\na word", "* word data: why\na word A A",
      "* w data: x\n* w data: y",
      "* word data: why\na word A\na word A | as b",
    ])
  func faults(list: String) {
    #expect(HarmlessList(list).faults.count == 1)
  }

  @Test func `a reason goes on in lines that stand in`() {
    let list = HarmlessList("* word rebuild argument: one\n  two\n\na.b word A B | as c.D")
    #expect(list.faults == [])
    let reason = list.names[GlobalName("a.b", "B")]
    #expect(reason?.why == "one two" && reason?.mayGiveArgument == true && reason?.verdict == .rebuild)
    #expect(list.names.count == 2)
  }
}
