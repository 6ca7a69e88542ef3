// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Rules of `resect check`: each holds where it should, and says what does not hold.
@Suite struct PolicyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func findings(_ rule: String, _ fixture: String) throws -> [String] {
    let policy = try Policy(rule + "\n", file: folder("p.policy"))
    let file = try #require(policy.report(of: [Fixtures.path(fixture)]).files.first)
    #expect(file.error == nil, "\(rule): \(file.error?.message ?? "")")
    return try #require(file.rules?.first).findings
  }

  @Test(arguments: [
    ("keys **.weight", []), ("keys **.weight 3", []), ("keys **.weight 4", ["it selects 3 tensors, not 4"]),
    ("keys only layers.**", []), ("keys no head.**", []),
    ("keys only layers.0.* layers.1.*", ["`layers.2.weight` is selected by none of them"]),
    ("keys no layers.2.*", ["`layers.2.weight` is there"]),
    ("shape layers.*.weight 6x8", []), ("shape layers.1.* *x8", []),
    ("shape layers.0.* 6x9", ["`layers.0.weight` is 6x8, not 6x9"]),
    ("shape layers.0.* scalar", ["`layers.0.weight` is 6x8, not scalar"]),
    ("dtype ** bfloat16", []), ("dtype ** float32 bfloat16", []),
    ("dtype layers.2.* float16 float32", ["`layers.2.weight` is bfloat16, not float16 or float32"]),
    ("finite", []), ("finite layers.0.**", []), ("globals none", []), ("size < 1MB", []), ("size >= 1KB", []),
  ]) func `rules about one file`(rule: String, expected: [String]) throws {
    #expect(try findings(rule, "diff/bit-a.pth") == expected)
  }

  @Test func `a rule that is about nothing does not hold`() throws {
    for rule in ["keys heads.**", "shape heads.** 2", "dtype heads.** float32", "finite heads.**"] {
      #expect(try findings(rule, "diff/bit-a.pth").count == 1, "\(rule)")
    }
  }

  @Test func `sizes are told in bytes`() throws {
    let size = try Fixtures.bytes("diff/bit-a.pth").count
    #expect(try findings("size <= 10B", "diff/bit-a.pth") == ["it has \(size) bytes, and is to have <= 10B"])
    #expect(try findings("size <= \(size)", "diff/bit-a.pth") == [])
    #expect(try findings("size < \(size)", "diff/bit-a.pth").count == 1)
    #expect(try findings("size > \(size)", "diff/bit-a.pth").count == 1)
    let parts = try (0...3).map { try Fixtures.bytes("dcp/parts/__\($0)_0.distcp").count }.reduce(0, +)
    let all = parts + (try Fixtures.bytes("dcp/parts/.metadata").count)
    #expect(try findings("size <= \(all)", "dcp/parts") == [])
    #expect(try findings("size < \(all)", "dcp/parts").count == 1)
  }

  @Test func `digests of the file and of a tensor`() throws {
    let file = SHA256.of(try Fixtures.bytes("diff/bit-a.pth")).hexadecimal
    #expect(try findings("sha256 \(file.uppercased())", "diff/bit-a.pth") == [])
    #expect(try findings("sha256 \(file)", "diff/bit-b.pth").count == 1)
    let document = try Checkpoint.open(Fixtures.path("diff/bit-a.pth"))
    let tensor = try #require(try document.listing(matching: ["layers.1.*"], hashing: true).tensors.first)
    let digest = try #require(tensor.sha256)
    #expect(try findings("sha256 layers.1.weight \(digest)", "diff/bit-a.pth") == [])
    #expect(try findings("sha256 layers.1.weight \(digest)", "diff/bit-b.pth").count == 1)
    #expect(try findings("sha256 layers.9.weight \(digest)", "diff/bit-a.pth").count == 1)
    #expect(try findings("sha256 \(file)", "dcp/nested") == ["a folder has no digest of its own"])
  }

  @Test func `within a tolerance of a file beside the policy`() throws {
    try File.write(Fixtures.bytes("diff/bit-a.pth"), to: folder("a.pth"))
    #expect(try findings("within 0 of a.pth", "diff/bit-a.pth") == [])
    #expect(
      try findings("within 1e-3 of a.pth", "diff/bit-b.pth")
        == ["`layers.1.weight` has 1 of 48 elements farther away than 1e-3"])
    #expect(try findings("within 0.5 of a.pth", "diff/bit-b.pth") == [])
    try File.write(Fixtures.bytes("diff/structure-a.pth"), to: folder("s.pth"))
    let structure = try findings("within 100 of s.pth", "diff/structure-b.pth")
    #expect(structure.contains("`model/cast` is float16, not float32"))
    #expect(structure.contains("`model/grown` is 2x3, not 2x2"))
    #expect(structure.contains("`model/old` is missing"))
    #expect(structure.contains { $0.hasPrefix("`model/new` is not in ") })
  }

  @Test func `NaN and infinities are counted, in complex numbers too`() throws {
    var document = Document()
    func bytes<Number>(_ values: [Number]) -> [UInt8] { unsafe values.withUnsafeBytes { unsafe Array($0) } }
    let numbers: [Float] = [1, .nan, .infinity, -.infinity]
    let storage = document.add(Storage(name: "0", byteCount: 16, bytes: .memory(bytes(numbers))))
    let huge = bytes([1e300, 1e300])
    let pairs = document.add(Storage(name: "1", byteCount: 16, bytes: .memory(huge)))
    let nodes = [
      document.add(.tensor(TensorRecord(dtype: .float32, shape: [4], storage: storage))),
      document.add(.tensor(TensorRecord(dtype: .complex64, shape: [2], storage: storage))),
      // Its magnitude is beyond float64, its parts are not.
      document.add(.tensor(TensorRecord(dtype: .complex128, shape: [1], storage: pairs))),
    ]
    document.root = document.add(.list(nodes))
    try OutputPlan(document, as: .torch).write(to: folder("n.pth"))
    let policy = try Policy("finite\n", file: folder("p"))
    let rule = try #require(policy.report(of: [folder("n.pth")]).files.first?.rules?.first)
    #expect(
      rule.findings == [
        "`0` has 1 times NaN and 2 times infinity", "`1` has 1 times NaN and 2 times infinity",
      ])
  }

  @Test func `what scan finds is a finding`() throws {
    let found = try findings("globals none", "diff/structure-a.pth")
    #expect(found == [])
    #expect(try !findings("globals none", "cli/files/objects.pth").isEmpty)
  }

  @Test(arguments: [
    ("finit", 2, "`finite`"), ("shape a.b", 2, "`shape PATTERN 4x3`"),
    ("shape a.b 4x", 2, "`shape PATTERN 4x3`"),
    ("dtype a.b float31", 2, "PyTorch's name without `torch.`: `float32`, `bfloat16`"),
    ("size = 3", 2, "`size < 100MB`"), ("globals some", 2, "`globals none`"),
    ("within 1e-5 REF", 2, "`within 1e-5 of REF`"), ("within -1 of REF", 2, "`within 1e-5 of REF`"),
    ("keys 'a", 2, nil),
  ]) func `a line that is no rule is refused with its number`(_ line: String, _ number: Int, _ hint: String?)
    throws
  {
    try File.write(Array("# a comment\n\(line)\n".utf8), to: folder("p"))
    let error = #expect(throws: CheckpointError.self) { try Policy(path: folder("p")) }
    #expect(error?.code == .wrongWords)
    #expect(error?.location.file == folder("p"))
    #expect(error?.location.member == "line \(number)" || error?.reason.hasPrefix("line \(number)") == true)
    if let hint { #expect(error?.hint == hint) }
  }

  @Test func `a policy without a rule is refused`() throws {
    try File.write(Array("# nothing yet\n\n".utf8), to: folder("p"))
    #expect(throws: CheckpointError(.wrongWords, "")) { try Policy(path: folder("p")) }
  }

  @Test func `a file that cannot be judged does not keep the others from being looked at`() throws {
    let policy = try Policy("finite\n", file: folder("p"))
    let report = policy.report(of: [folder("none.pth"), try Fixtures.path("diff/bit-a.pth")])
    #expect(report.files.map(\.holds) == [false, true])
    #expect(report.files[0].error?.code == "unreadable")
    #expect(!report.isComplete)
    #expect(!report.hasFinding)
  }
}
