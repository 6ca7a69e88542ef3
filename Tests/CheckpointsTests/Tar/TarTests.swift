// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Ancient tar files that lie: each is refused, none crashes.
@Suite struct TarTests {
  private let folder: TemporaryFolder
  private let ancient: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    ancient = try Fixtures.bytes("forms/ancient-text.tar")
  }

  /// Where the header of a member begins.
  private func header(_ name: String, _ bytes: [UInt8]) throws -> Int {
    try #require(
      stride(from: 0, to: bytes.count, by: 512).first { bytes[$0...].starts(with: Array(name.utf8) + [0]) })
  }

  /// Writes a field of a header and its checksum anew.
  private func set(_ text: String, at offset: Int, of start: Int, in bytes: inout [UInt8]) {
    for (index, byte) in text.utf8.enumerated() { bytes[start + offset + index] = byte }
    for index in 148..<156 { bytes[start + index] = 32 }
    let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let field = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
    for (index, byte) in field.utf8.enumerated() { bytes[start + 148 + index] = byte }
  }

  private func open(_ bytes: [UInt8]) throws(CheckpointError) -> Document {
    let path = folder("a.tar")
    do { try File.write(bytes, to: path) } catch { throw CheckpointError(.unwritable, "no scratch file") }
    return try Checkpoint.open(path)
  }

  @Test func `views, corners and text keys read as PyTorch has them; ties hold`() throws {
    let document = try open(ancient)
    #expect(document.source?.format == .torchTar)
    let listing = try document.listing()
    let found = Dictionary(uniqueKeysWithValues: listing.tensors.map { ($0.path, $0) })
    #expect(found["weights/a.part"]?.offset == 5)
    #expect(found["weights/a.part"]?.strides == [1, 2])
    #expect(found["weights/a.part"]?.sharesWith == "weights/a.weight")
    #expect(listing.values.map(\.path) == ["epoch"])
  }

  @Test(arguments: [
    ("00000000001", "a size that leaves most out"), ("77777777777", "a size past the end"),
    ("0000000000x", "a size that is no number"), ("-0000000001", "a negative size"),
  ]) func `a forged size is refused`(_ size: String, _ what: String) throws {
    for name in ["storages", "tensors", "pickle"] {
      var bytes = ancient
      set(size, at: 124, of: try header(name, bytes), in: &bytes)
      #expect(throws: CheckpointError(.corrupt, ""), "\(name): \(what)") { try open(bytes) }
    }
  }

  @Test(arguments: ["1", "2", "3", "5", "6", "L", "S", "7"]) func `anything but plain files is refused`(
    _ type: String
  ) throws {
    var bytes = ancient
    set(type, at: 156, of: try header("sys_info", bytes), in: &bytes)
    #expect(throws: CheckpointError(.unsupported, "")) { try open(bytes) }
  }

  @Test func `names twice, checksums, missing members and bytes after the end`() throws {
    var bytes = ancient
    set("pickle\0\0", at: 0, of: try header("sys_info", bytes), in: &bytes)
    #expect(throws: CheckpointError(.corrupt, "")) { try open(bytes) }

    bytes = ancient
    bytes[try header("tensors", bytes) + 10] ^= 1
    #expect(throws: CheckpointError(.corrupt, "")) { try open(bytes) }

    bytes = ancient
    set("tensorz", at: 0, of: try header("tensors", bytes), in: &bytes)
    let error = #expect(throws: CheckpointError(.unsupported, "")) { try open(bytes) }
    #expect(error?.reason.contains("tensors") == true)

    #expect(throws: CheckpointError(.corrupt, "")) { try open(ancient + [1]) }
    #expect(throws: Never.self) { try open(ancient + [0]) }
  }

  @Test func `extended headers may not move or rename a member`() throws {
    let bytes = try Fixtures.bytes("forms/ancient.tar")
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Array(" mtime=".utf8)) })
    for key in ["path=", "size="] {
      var forged = bytes
      // The same length, so that the line stays well-formed.
      forged.replaceSubrange(start + 1..<start + 6, with: Array(key.utf8))
      #expect(throws: CheckpointError(.unsupported, "")) { try open(forged) }
    }
  }

  @Test func `a name in an extended header does not hide the size behind it from a scan`() throws {
    var bytes = try Fixtures.bytes("forms/ancient.tar")
    #expect(bytes[156] == UInt8(ascii: "x") && bytes[512...].starts(with: Array("13 mtime=".utf8)))
    for (records, isTold) in [("10 path=a\n10 size=0\n", true), ("10 path=a\n14 linkpath=b\n", false)] {
      let octal = String(records.utf8.count, radix: 8)
      set(String(repeating: "0", count: 11 - octal.utf8.count) + octal, at: 124, of: 0, in: &bytes)
      bytes.replaceSubrange(512..<512 + records.utf8.count, with: Array(records.utf8))
      try File.write(bytes, to: folder("a.tar"))
      let sweep = try TarSweep(InputFile(path: folder("a.tar")))
      #expect(sweep.faults.map(\.reason) == (isTold ? ["an extended tar header sets \"size\""] : []))
      #expect(sweep.members.count == 4)
    }
  }

  @Test func `counts, dimensions, offsets and views that cannot be`() throws {
    let numbers = Array(repeating: UInt8(0xFF), count: 7)
    for name in ["storages", "tensors"] {
      let start = try header(name, ancient) + 512
      var bytes = ancient
      // PROTO 2, BININT1 n, STOP
      #expect(Array(bytes[start..<start + 3]) == [0x80, 2, 0x4B])
      bytes[start + 3] = 200
      #expect(throws: CheckpointError(.corrupt, "")) { try open(bytes) }
      // Runs of seven bytes made huge or negative: refused, or of no meaning, never a crash.
      for offset in stride(from: start + 5, to: start + 400, by: 3) {
        var forged = ancient
        forged.replaceSubrange(offset..<offset + 7, with: numbers)
        do throws(CheckpointError) { _ = try open(forged) } catch {
          #expect([.corrupt, .unsupported, .limit].contains(error.code), "byte \(offset): \(error)")
        }
      }
    }
  }

  @Test func `a cut is noticed wherever something is missing`() throws {
    let end = try header("storages", ancient) + 512
    for count in stride(from: 0, through: end, by: 41) {
      #expect(throws: CheckpointError.self, "cut to \(count)") { try open(Array(ancient[..<count])) }
    }
  }
}
