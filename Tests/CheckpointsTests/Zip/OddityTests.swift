// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What an archive can be read in spite of, and `verify` says of it.
@Suite struct OddityTests {
  private func findings(_ bytes: [UInt8]) throws -> [String] {
    let folder = try TemporaryFolder()
    try File.write(bytes, to: folder("a.zip"))
    return try ZipDirectory(InputFile(path: folder("a.zip"))).oddities().map(\.reason)
  }

  private static let pickle: [UInt8] = [0x80, 2, 0x7D, 0x2E]

  private func archive(_ name: String) -> [UInt8] {
    ZipBuilder.archive([(name, Self.pickle), ("a/version", [0x33, 0x0A])])
  }

  /// Where the n-th record with this signature begins.
  private func place(_ signature: [UInt8], _ number: Int = 0, in bytes: [UInt8]) throws -> Int {
    let places = bytes.indices.filter { bytes[$0...].starts(with: signature) }
    return try #require(places.dropFirst(number).first)
  }

  @Test(arguments: [
    ("a/../data.pkl", "its name leads out of the folder (`..`)"),
    ("../a", "its name leads out of the folder (`..`)"),
    ("/etc/passwd", "its name is an absolute path"),
    ("a\\..\\b", "its name has a backslash, which Windows takes for a slash"),
    ("C:/a", "its name begins with a drive of Windows"),
    ("a/./b", "its name has a step that leads nowhere (`.`)"), ("a/..b/c..", nil), ("a/data.pkl", nil),
    ("..\\k.npy", nil), ("../k.npy", "its name leads out of the folder (`..`)"),
  ])
  func `names that lead out`(_ name: String, _ fault: String?) throws {
    #expect(try findings(archive(name)) == (fault.map { [$0] } ?? []))
  }

  @Test(arguments: [
    (0xA1FF, "link"), (0x11A4, "pipe"), (0x61A4, "device"), (0xC1A4, "socket"), (0x81A4, nil), (0x41ED, nil),
  ])
  func `modes that make no file`(_ mode: Int, _ kind: String?) throws {
    var bytes = archive("a/data.pkl")
    let entry = try place([0x50, 0x4B, 1, 2], in: bytes)
    bytes[entry + 40] = UInt8(mode & 0xFF)
    bytes[entry + 41] = UInt8(mode >> 8)
    #expect(try findings(bytes) == (kind.map { ["its mode makes it a \($0), not a file"] } ?? []))
  }

  @Test(arguments: [(0x10, true), (0x31, true), (0x21, false), (0, false)])
  func `attributes that make a folder`(_ attributes: UInt8, _ isFolder: Bool) throws {
    var bytes = archive("a/data.pkl")
    bytes[try place([0x50, 0x4B, 1, 2], in: bytes) + 38] = attributes
    let fault = "its attributes make it a folder: PyTorch reads none of its 4 bytes"
    #expect(try findings(bytes) == (isFolder ? [fault] : []))
  }

  @Test(arguments: [true, false], [true, false])
  func `a descriptor that is announced and is not there`(_ local: Bool, _ central: Bool) throws {
    var bytes = archive("a/data.pkl")
    if local { bytes[6] |= 8 }
    if central { bytes[try place([0x50, 0x4B, 1, 2], in: bytes) + 8] |= 8 }
    let words = "it says that a data descriptor follows it (flag bit 3), and none does"
    #expect(try findings(bytes) == (local || central ? [words] : []))
  }

  @Test func `a zip64 locator of no disk`() throws {
    var bytes = archive("a/data.pkl")
    bytes[try place([0x50, 0x4B, 6, 7], in: bytes) + 16] = 0
    #expect(
      try findings(bytes) == [
        "the zip64 locator counts 0 disks: readers do not agree on whether to follow it"
      ])
  }

  @Test func `files of torch and numpy have none`() throws {
    for name in CutFileTests.small + ["checkpoints/rdino-tiny-torch2.15.pth", "numpy/calls.npz"] {
      let file = try InputFile(path: Fixtures.path(name))
      guard let directory = try? ZipDirectory(file) else { continue }
      #expect(try directory.oddities().isEmpty, "\(name)")
    }
  }
}
