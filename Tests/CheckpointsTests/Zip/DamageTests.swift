// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing

/// Cut files, flipped bytes and failing system calls: always an error, never a crash.
@Suite struct DamageTests {
  static let names = [
    "checkpoints/od_215.pt", "checkpoints/od_113.pt", "checkpoints/od_legacy_215.pt",
    "hostile/ok-deflated.zip",
    "hostile/ok-zip64-sizes.zip", "hostile/ok-descriptor-zip64.zip", "hostile/ok-two.legacy",
  ]

  /// Reads everything; a stream where the bytes do not begin like an archive.
  private func readAll(_ path: String) throws(CheckpointError) {
    let file = try InputFile(path: path)
    let start = try file.read(0..<min(2, file.size))
    guard start == [0x50, 0x4B] else {
      _ = try LegacyStream(file)
      return
    }
    let zip = try ZipDirectory(file)
    for entry in zip.entries {
      let bytes = try zip.read(entry)
      if entry.name.hasSuffix("data.pkl") { _ = try PickleMachine.run(bytes) }
    }
    _ = try zip.unclaimedRanges()
  }

  @Test(arguments: names)
  func `every cut is noticed`(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes(name)
    for end in 0..<bytes.count {
      try File.write(Array(bytes[..<end]), to: folder("cut"))
      #expect(throws: CheckpointError(.corrupt, ""), "cut to \(end) bytes") { try readAll(folder("cut")) }
    }
  }

  @Test(arguments: names)
  func `no flipped byte crashes`(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes(name)
    for index in bytes.indices {
      for flip: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[index] ^= flip
        try File.write(damaged, to: folder("damaged"))
        do throws(CheckpointError) { try readAll(folder("damaged")) } catch {
          #expect([.corrupt, .unsupported, .limit].contains(error.code), "byte \(index): \(error)")
        }
      }
    }
  }

  #if DEBUG
    @Test(arguments: names, [Kernel.Call.open, .fstat, .pread])
    func `each failing call is an error`(name: String, call: Kernel.Call) throws {
      let path = try Fixtures.path(name)
      for number in 1... {
        let fault = KernelFault(call, number: number, errorNumber: EIO)
        var failure: CheckpointError?
        KernelFault.$current.withValue(fault) {
          do throws(CheckpointError) { try readAll(path) } catch { failure = error }
        }
        guard fault.struck else {
          // Past the last call nothing fails, and there were calls to fail.
          #expect(failure == nil)
          #expect(number > 1)
          break
        }
        #expect(failure?.code == .unreadable, "call \(number)")
        #expect(failure?.reason.hasSuffix("Input/output error") == true, "\(failure.map(String.init) ?? "")")
      }
    }
  #endif
}
