// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints
import Foundation
import TestSupport
import Testing

/// What TorchScript's code names, and what of it may do something.
@Suite struct ScriptExaminationTests {
  private static func examine(_ code: String, isUntyped: Bool = false) -> ScriptExamination {
    ScriptExamination(
      sources: [.init(member: "m/code/__torch__.py", path: "code/__torch__.py", text: Array(code.utf8))],
      isUntyped: isUntyped)
  }

  private static func ordinary() throws -> [String] {
    let folder = try Fixtures.path("script/ordinary")
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
  }

  @Test func `nothing is found in archives that PyTorch wrote`() throws {
    for path in try Self.ordinary() {
      let examination = ScriptExamination(try ZipDirectory(InputFile(path: path)))
      #expect(examination.hasCode, "\(path)")
      for found in examination.findings {
        Issue.record("\(path): \(found.member) \(found.byte ?? -1): \(found.name)")
      }
      for unexamined in examination.unexamined {
        Issue.record("\(path): \(unexamined.member) \(unexamined.byte ?? -1): \(unexamined.reason)")
      }
      #expect(examination.operators.count > 3, "\(path)")
    }
  }

  /// What each archive of `fixtures/script/hostile` is found for.
  @Test func `what would do something is found, wherever it stands`() throws {
    let folder = try Fixtures.path("script/hostile")
    let expected = try JSONDecoder().decode(
      [String: [String]].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
    #expect(expected.count > 50)
    for (name, wanted) in expected.sorted(by: { $0.key < $1.key }) {
      let examination = ScriptExamination(try ZipDirectory(InputFile(path: "\(folder)/\(name).pt")))
      let found = examination.findings.map(\.name.shown)
      let untold = examination.unexamined.map(\.reason.shown)
      for want in wanted {
        #expect(
          found.contains(want) || untold.contains { $0.contains(want) }, "\(name): \(found), \(untold)")
      }
    }
  }

  private static let module = """
    class M(Module):
      __parameters__ = []
      training : bool
      parts : List[__torch__.C]
      def forward(self: __torch__.M,
        x: Tensor) -> Tensor:

    """
  /// A class whose method is named as an operator that writes files.
  private static let saver = """
    class C:
      def save(self: __torch__.C, n: int) -> __torch__.C:
        return self

    """

  private static func body(_ lines: String...) -> String {
    module + lines.map { "    \($0)\n" }.joined() + "    return x\n" + saver
  }

  @Test func `an operator is noted once, with its first byte and how often it stands there`() {
    let code = Self.body("_0 = torch.add(x, x)", "_1 = torch.add(torch.relu(x), 1)")
    let examination = Self.examine(code)
    #expect(examination.unexamined.isEmpty && examination.findings.isEmpty)
    #expect(examination.operators.map(\.name) == ["aten::add", "aten::relu"])
    #expect(examination.operators.map(\.count) == [2, 1])
    #expect(examination.operators[0].member == "m/code/__torch__.py")
    let first = code.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).prefix(6)
    #expect(examination.operators[0].byte == first.reduce(0) { $0 + $1.count + 1 } + "    _0 = ".utf8.count)
  }

  @Test(arguments: [
    // Through fields, items, what methods give, assignments, both branches, declared types and casts.
    ["_0 = (self.parts[0]).save(1)"], ["c = self.parts[0]", "_0 = (c).save(1)"],
    ["_0 = __torch__.C.__new__(__torch__.C)", "_1 = ((_0).save(1)).save(2)"], ["_1 = __torch__.C().save(1)"],
    ["c = unchecked_cast(__torch__.C, x)", "_0 = c.save(1)"],
    ["c : __torch__.C = torch.neg(x)", "_0 = c.save(1)"],
    ["c, n, = (self.parts[0], 1)", "_0 = c.save(n)"], ["_0 = (getattr(self, \"parts\")[0]).save(1)"],
    ["d = annotate(Dict[str, __torch__.C], {})", "_0 = d[\"a\"].save(1)"],
    ["_0 = (torch.pop(self.parts)).save(1)"],
    ["if self.training:", "  c = self.parts[0]", "else:", "  c = self.parts[1]", "_0 = c.save(1)"],
    ["for c in self.parts:", "  _0 = c.save(1)"],
    ["c = self.parts[0] if self.training else self.parts[1]", "c.save(1)"],
  ])
  func `a method of the archive's own class is no operator where the class is known`(lines: [String]) {
    let examination = Self.examine(Self.module + lines.map { "    \($0)\n" }.joined() + Self.saver)
    #expect(examination.findings.isEmpty, "\(examination.findings)")
    #expect(examination.unexamined.isEmpty, "\(examination.unexamined)")
    #expect(
      examination.defines("__torch__.C") && examination.defines("__torch__.M") && !examination.defines("C"))
  }

  @Test func `code of before PyTorch 1_3, whose modules have no types, is read`() {
    let code = """
      op_version_set = 1
      import __torch__.other
      def forward(self,
          x: Tensor) -> Tensor:
        _0 = torch.conv2d(x, self.conv1.weight, self.conv1.bias, [1, 1], [0, 0], [1, 1], 1)
        return torch.relu(_0)

      """
    let examination = Self.examine(code, isUntyped: true)
    #expect(examination.operators.map(\.name) == ["aten::conv2d", "aten::relu"])
    #expect(examination.unexamined.isEmpty)
  }

  @Test func `what nests without end is refused, and what follows is read`() {
    let code = "def f():\n  x = " + String(repeating: "(", count: 100_000) + "\ndef g():\n  torch.save(1)\n"
    let examination = Self.examine(code)
    #expect(examination.unexamined.map(\.reason) == ["it is nested more than 200 deep"])
    #expect(examination.findings.map(\.name) == ["aten::save"])
  }

  @Test func `what is known of operators has those that compute and none that writes`() {
    for name in ["aten::add", "aten::lstm", "prim::Print", "quantized::linear", "aten::warn"] as [Text] {
      #expect(HarmlessOperators.contains(name))
    }
    for name in ["aten::save", "aten::from_file", "prim::PythonOp", "prim::rpc_sync", "c10d::send", "add"]
      as [Text]
    {
      #expect(!HarmlessOperators.contains(name))
    }
  }
}
