// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct TrailingByteTests {
  private func error(_ bytes: [UInt8]) throws -> CheckpointError? {
    let folder = try TemporaryFolder()
    try File.write(bytes, to: folder("a.pth"))
    return #expect(throws: CheckpointError.self) { try Checkpoint.open(folder("a.pth")) }
  }

  @Test(
    "bytes behind an archive are told as such, with the command that takes them off",
    arguments: [1, 4, 22, 70_000])
  func behind(count: Int) throws {
    let whole = try Fixtures.bytes("checkpoints/od_113.pt")
    let error = try error(whole + [UInt8](repeating: 0x50, count: count))
    #expect(error?.location.byte == whole.count && error?.reason.contains("end of the archive") == true)
    #expect(error?.hint?.hasPrefix("`head -c \(whole.count) ") == true)
    #expect(error?.hint?.contains("cut short") == false)
    // PyTorch looks 64 KiB back.
    #expect(error?.reason.contains("pass over") == (count < 65_536))
  }

  @Test("a file that is cut short is told as such, wherever it ends")
  func cut() throws {
    let whole = try Fixtures.bytes("checkpoints/od_113.pt")
    for missing in [1, 5, 21, 22, 23, 60, 500] {
      let error = try error(Array(whole.dropLast(missing)))
      #expect(error?.hint?.contains("cut short") == true, "\(missing) bytes less")
    }
  }

  @Test("an archive inside is not taken for the end of the whole")
  func inside() throws {
    let whole = try Fixtures.bytes("checkpoints/od_113.pt")
    var builder: [UInt8] = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 7, count: 40)
    builder += whole + [UInt8](repeating: 1, count: 100)
    #expect(try error(builder)?.reason.contains("end of the archive") != true)
  }
}
