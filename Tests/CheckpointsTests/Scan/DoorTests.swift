// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Opening, verifying and scanning take a file for the same thing: where readers see two things, a scanner is passed by.
@Suite struct DoorTests {
  /// What each of them says of one file.
  private struct Doors {
    let opened: Result<Document, CheckpointError>
    let verified: Result<VerifyReport, CheckpointError>
    let scanned: ScanReport.File

    init(_ path: String) {
      opened = Result { () throws(CheckpointError) in try Checkpoint.open(path) }
      verified = Result { () throws(CheckpointError) in try Verification().report(of: path) }
      scanned = FileScan.report(of: [path]).files[0]
    }

    var verdicts: [GlobalVerdict] { scanned.globals.map(\.verdict) }
    var kinds: [ScanFinding] { scanned.findings.map(\.kind) }
  }

  /// Where they differ on purpose: the end of a path, and why.
  private static let differences: [(end: String, reason: String)] = [
    (
      ".distcp",
      "scanning goes by the `.metadata` beside it; opened alone it is refused, or one whole archive"
    )
  ]

  @Test func `the three agree on every committed file`() throws {
    let paths = FolderFiles(below: Fixtures.folder).members.filter { $0.error == nil }.map(\.path)
    #expect(paths.count > 600)
    var opened = 0
    var bare = 0
    for path in paths where !Self.differences.contains(where: { path.hasSuffix($0.end) }) {
      let doors = Doors(path)
      switch (doors.opened, doors.verified) {
      case (.success(let document), .success(let report)):
        opened += 1
        #expect(document.source?.format.rawValue == report.format, "\(path)")
        // What could be opened has nothing in it that was not examined, but what none of its pickles names, and code that
        // nobody opens.
        for gap in doors.scanned.notExamined {
          let isUnused = gap.members?.last.map(report.unused.contains) ?? false
          let isCode = gap.members?.last?.hasSuffix(".py") ?? false
          #expect(isUnused || isCode || !report.isSound, "\(path): \(gap.message)")
        }
      case (.success, .failure(let error)): Issue.record("\(path) was opened, not verified: \(error)")
      case (.failure(let open), .failure(let verify)):
        // Verifying goes on in what is damaged, and may come to another end.
        #expect(
          open.description == verify.description || [open.code, verify.code].contains(.corrupt),
          "\(path): \(verify)")
      case (.failure(let open), .success(let report)): #expect(!report.isSound, "\(path): \(open)")
      }
      // What is opened by nobody is no form of ours to the scan either; a pickle by itself is one to it alone.
      let file = try InputFile(path: path)
      guard case .foreign = try FileContent(of: file) else { continue }
      #expect((try? doors.opened.get()) == nil, "\(path)")
      if doors.scanned.forms == ["pickle"] { bare += 1 }
    }
    #expect(opened > 150 && bare > 10, "\(opened), \(bare)")
  }

  @Test func `a legacy stream of text pickles is scanned, as it is opened`() throws {
    let folder = try TemporaryFolder()
    let (int, list) = ("I1001\n.", "(l.")
    let text = "L119547037146038801333356L\n." + int + "(d." + "cposix\nsystem\n(S'id'\ntR." + list
    try File.write(Array(text.utf8), to: folder("a.pth"))
    let doors = Doors(folder("a.pth"))
    #expect(try doors.opened.get().source?.format == .torchLegacy)
    #expect(try doors.verified.get().isSound)
    #expect(doors.scanned.notExamined.isEmpty && doors.verdicts == [.dangerous])
  }

  /// `torch.nn.modules.module.os` would be a module of torch, did it exist; `os.system` in `torch.nn.modules.module`
  /// is another module's function, reached through it.
  @Test func `two names of one spelling are classified each by itself`() throws {
    let folder = try TemporaryFolder()
    let pickle = "ctorch.nn.modules.module.os\nsystem\n0ctorch.nn.modules.module\nos.system\n."
    try File.write(Array(pickle.utf8), to: folder("a.pkl"))
    let globals = FileScan.report(of: [folder("a.pkl")]).files[0].globals
    #expect(globals.map(\.module) == ["torch.nn.modules.module.os", "torch.nn.modules.module"])
    #expect(globals.map(\.name) == ["system", "os.system"])
    #expect(globals.map(\.verdict) == [.opaque, .opaque])
  }

  // MARK: Files that begin as two forms

  /// Bytes at the beginning of a header block of tar, whose checksum holds.
  private func tarHeader(_ start: [UInt8], type: Character) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    block.replaceSubrange(124..<135, with: "00000000000".utf8)
    block.replaceSubrange(148..<156, with: "        ".utf8)
    block[156] = type.asciiValue ?? 0
    block.replaceSubrange(257..<265, with: "ustar\u{0}00".utf8)
    block.replaceSubrange(0..<start.count, with: start)
    let digits = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    block.replaceSubrange(
      148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 32])
    return block
  }

  private static let magic: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  @Test(
    "a file that begins as two forms is refused by all",
    arguments: [
      (
        "a zip archive and as a safetensors file", [0x50, 0x4B, 3, 4, 0, 0, 0, 0] + Array(#"{"a":1}"#.utf8),
        false
      ),
      ("a stream of torch.save before 1.6 and as a tar archive", magic, true),
      ("a .npy array and as a tar archive", [0x93] + Array("NUMPY\u{1}\u{0}".utf8), true),
      ("a safetensors file and as a tar archive", [90, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":1}"#.utf8), true),
    ])
  func twoForms(words: String, start: [UInt8], inTar: Bool) throws {
    let folder = try TemporaryFolder()
    try File.write(inTar ? tarHeader(start, type: "0") : start, to: folder("a"))
    let doors = Doors(folder("a"))
    let reason = "it begins as \(words): readers would not agree on what it holds"
    for error in [doors.opened.failure, doors.verified.failure] {
      #expect(error?.code == .corrupt)
      #expect(error?.reason == reason)
    }
    #expect(doors.kinds.contains(.twoForms))
  }

  @Test func `of two forms the pickles of both are shown`() throws {
    let folder = try TemporaryFolder()
    let description = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    let padding = String(repeating: " ", count: 89 - description.utf8.count)
    let header =
      [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [90, 0] + Array((description + padding + "\n").utf8)
    let array = header + Array("cposix\nsystem\n.".utf8)
    // An extended header has a name that no reader of tar looks at.
    let bytes = tarHeader(array, type: "x") + (try Fixtures.bytes("forms/ancient.tar"))
    try File.write(bytes, to: folder("a.pth"))
    let doors = Doors(folder("a.pth"))
    #expect(doors.opened.failure?.code == .corrupt)
    #expect(doors.kinds.contains(.twoForms))
    #expect(doors.verdicts.contains(.dangerous))
    #expect(doors.scanned.globals.contains { $0.members == ["pickle"] })
  }

  /// A string that covers the first bytes, strings that cover the rest of the header, then a call.
  @Test func `a safetensors file that is a pickle too is a finding`() throws {
    let folder = try TemporaryFolder()
    let (dataStart, hop) = (8 + 0x58 + 256 * 25, 126)
    var header = Array(#"{"__metadata__":{"a":""#.utf8)
    #expect(8 + header.count == 5 + 25)
    let call = Array("cposix\nsystem\n(S'id'\ntR.".utf8)
    let tail = Array(
      (#""},"b":{"dtype":"U8","shape":["# + "\(call.count)" + #"],"data_offsets":[0,"# + "\(call.count)]}}")
        .utf8)
    let end = dataStart - 8 - tail.count
    while header.count < end {
      let rest = dataStart - 8 - header.count - 2
      // The last string reaches into what follows the text.
      let length = rest <= hop ? rest : min(hop, rest - tail.count - 40)
      header += [UInt8(ascii: "U"), UInt8(length)]
      header += [UInt8](repeating: UInt8(ascii: "-"), count: min(length, end - header.count))
    }
    let size = [UInt8(0x58), 25, 0, 0, 0, 0, 0, 0]
    try File.write(size + header + tail + call, to: folder("a.pth"))
    let doors = Doors(folder("a.pth"))
    #expect(try doors.opened.get().source?.format == .safetensors)
    #expect(doors.verdicts == [.dangerous])
    #expect(doors.scanned.forms == ["pickle", "safetensors"] && doors.kinds.contains(.twoForms))
  }

  @Test func `the word ustar in a safetensors header makes no tar archive of it`() throws {
    let folder = try TemporaryFolder()
    let json =
      #"{"__metadata__":{"a":""# + String(repeating: "-", count: 257 - 30)
      + #"ustar"},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    let bytes =
      [UInt8(json.utf8.count & 255), UInt8(json.utf8.count >> 8), 0, 0, 0, 0, 0, 0] + Array(json.utf8) + [7]
    #expect(Array(bytes[257..<262]) == Array("ustar".utf8))
    try File.write(bytes + [UInt8](repeating: 0, count: 0), to: folder("a.safetensors"))
    let doors = Doors(folder("a.safetensors"))
    #expect(try doors.opened.get().source?.format == .safetensors)
    #expect(doors.scanned.verdict == .numbers)
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
