// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Damage in the middle of an archive: nothing that has changed is said to be whole.
@Suite struct ChangedFileTests {
  private func blocks(_ count: Int) -> StrideTo<Int> { stride(from: 0, to: count, by: 32_768) }

  @Test func `a byte of a storage that was changed`() throws {
    let original = try Damaged(fixture: "checkpoints/rdino-tiny-torch1.13.pth")
    var bytes = original.bytes
    bytes[200_000] ^= 0x10
    let report = try #require(try original.salvage(bytes, "one bit"))
    let lost = try #require(report.damage?.lost)
    #expect(!lost.isEmpty)
    #expect(lost.allSatisfy { $0.reason.contains("CRC-32") && $0.missing == nil })
    #expect(report.damage?.missingBytes == 0)
  }

  @Test(arguments: ["checkpoints/rdino-tiny-torch1.13.pth", "checkpoints/rdino-tiny-torch2.15.pth"])
  func `zeros over 4 KiB`(_ name: String) throws {
    let original = try Damaged(fixture: name)
    var saved = 0
    for start in blocks(original.bytes.count) {
      var bytes = original.bytes
      for index in start..<min(start + 4096, bytes.count) { bytes[index] = 0 }
      guard let damage = try original.salvage(bytes, "zeros at \(start)")?.damage else { continue }
      saved += 1
      // Some seven hundred bytes a member: no more go than lie there.
      #expect(damage.lost.count < 40, "zeros at \(start)")
      #expect(damage.missingBytes == 0, "zeros at \(start)")
    }
    #expect(saved > 8)
  }

  @Test(arguments: ["checkpoints/rdino-tiny-torch1.13.pth", "checkpoints/rdino-tiny-torch2.15.pth"])
  func `4 KiB missing from the middle`(_ name: String) throws {
    let original = try Damaged(fixture: name)
    var saved = 0
    for start in blocks(original.bytes.count - 4096) {
      let bytes = Array(original.bytes[..<start] + original.bytes[(start + 4096)...])
      guard let damage = try original.salvage(bytes, "hole at \(start)")?.damage else { continue }
      saved += 1
      #expect(damage.lost.count < 40, "hole at \(start)")
      #expect(damage.missingBytes <= 4096)
    }
    #expect(saved > 8)
  }

  @Test func `something in front, and something behind`() throws {
    let original = try Damaged(fixture: "checkpoints/od_215.pt")
    for (front, behind) in [(100, 0), (0, 100), (70_000, 0), (7, 70_000)] {
      let bytes =
        [UInt8](repeating: 65, count: front) + original.bytes + [UInt8](repeating: 66, count: behind)
      let report = try #require(try original.salvage(bytes, "\(front) and \(behind)"))
      #expect(report.damage?.lost.isEmpty == true)
      #expect(report.findings.count == (front > 0 ? 1 : 0) + (behind > 0 ? 1 : 0))
    }
  }

  @Test func `two archives in a row are for the user to part`() throws {
    let original = try Damaged(fixture: "checkpoints/od_215.pt")
    let path = original.folder("two.pth")
    try File.write(original.bytes + Fixtures.bytes("checkpoints/ord215.pt"), to: path)
    #expect(throws: CheckpointError(.ambiguous, "")) { try Salvage(path) }
  }

  @Test func `a sound file needs nothing`() throws {
    for name in CutFileTests.small {
      let salvage = try Salvage(Fixtures.path(name))
      #expect(salvage.report.damage == nil, "\(name)")
      #expect(salvage.byteCount == nil)
    }
  }

  @Test(arguments: CutFileTests.small)
  func `no changed byte crashes`(_ name: String) throws {
    let original = try Damaged(fixture: name)
    let hasChecksums = !["legacy", "safetensors", "nocrc"].contains { name.contains($0) }
    for index in stride(from: 0, to: original.bytes.count, by: max(1, original.bytes.count / 150)) {
      var bytes = original.bytes
      bytes[index] ^= [0x01, 0x80, 0xFF, 0x10][index % 4]
      // Of a `.npz` a name can be what changed, and the name is all that there is.
      if hasChecksums {
        try original.salvage(bytes, "byte \(index)")
      } else {
        try File.write(bytes, to: original.folder("any"))
        _ = try? Salvage(original.folder("any"))
      }
    }
  }
}
