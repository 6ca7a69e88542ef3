// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct GlobalAllowanceTests {
  private func allowance(_ text: String) throws -> GlobalAllowance {
    try GlobalAllowance(TextFile(Array(text.utf8)))
  }

  @Test func `exact names are allowed, and no others`() throws {
    let list = try allowance(
      "# ours\n\n  allow speakerlab.utils.config Config # seen\r\nallow\tos system\nallow a B.c#d\n")
    #expect(list.contains(GlobalName("speakerlab.utils.config", "Config")))
    #expect(list.contains(GlobalName("os", "system")) && list.contains(GlobalName("a", "B.c#d")))
    for (module, name) in [
      ("speakerlab.utils.config", "Config.x"), ("speakerlab.utils", "config.Config"),
      ("speakerlab.utils.config", "config"), ("os", "popen"), ("a", "B"), ("", ""),
    ] as [(Text, Text)] {
      #expect(!list.contains(GlobalName(module, name)), "\(module) \(name)")
    }
  }

  @Test(
    "anything else is refused with its line",
    arguments: [
      ("allow os *", "'*' is a pattern; names are allowed one by one"),
      ("allow torch.* Net", "'torch.*' is a pattern; names are allowed one by one"),
      (
        "allow os.system",
        "'os.system' is a module without a name, or both in one word; a whole module is not allowed"
      ),
      ("allow", "it names nothing"), ("allow # a", "it names nothing"),
      ("allow os system popen", "3 words follow 'allow'"),
      ("deny os system", "'deny' is no word of such a list"),
      ("os system", "'os' is no word of such a list"),
    ])
  func refusals(line: String, reason: String) {
    let error = #expect(throws: CheckpointError(.corrupt, "")) {
      try allowance("# one\nallow a B\n\(line)\n")
    }
    #expect(error?.reason == reason && error?.location.member == "line 3" && error?.hint != nil)
  }

  @Test func `what is allowed keeps its verdict and is no finding`() throws {
    let folder = try TemporaryFolder()
    try File.write(Array("cposix\nsystem\n0cours\nNet\n0cpathlib\nPosixPath\n.".utf8), to: folder("a.pkl"))
    try File.write(Array("allow posix system\nallow pathlib PosixPath\n".utf8), to: folder("one.txt"))
    let one = FileScan.report(of: [folder("a.pkl")], allowing: try GlobalAllowance(path: folder("one.txt")))
    #expect(one.files[0].globals.map(\.verdict) == [.dangerous, .opaque, .data])
    // What was harmless needs no word.
    #expect(one.files[0].globals.map(\.allowed) == [true, nil, nil])
    #expect(one.hasFinding)
    try File.write(Array("allow posix system\nallow ours Net".utf8), to: folder("both.txt"))
    let both = FileScan.report(
      of: [folder("a.pkl")], allowing: try GlobalAllowance(path: folder("both.txt")))
    #expect(!both.hasFinding)
    // The word of one is none for another that is spelled alike.
    try File.write(Array("cpos\nix.system\n.".utf8), to: folder("b.pkl"))
    try File.write(Array("allow pos.ix system".utf8), to: folder("other.txt"))
    #expect(
      FileScan.report(of: [folder("b.pkl")], allowing: try GlobalAllowance(path: folder("other.txt")))
        .hasFinding)
  }

  @Test func `a list that cannot be read is named`() throws {
    let folder = try TemporaryFolder()
    try File.write([0xFF, 0xFE, 0x61, 0], to: folder("a.txt"))
    for name in ["a.txt", "none.txt"] {
      let error = #expect(throws: CheckpointError.self) { try GlobalAllowance(path: folder(name)) }
      #expect(error?.location.file == folder(name))
    }
  }
}
