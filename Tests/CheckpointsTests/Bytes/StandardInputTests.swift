// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// `-` as a file: what comes by a pipe is kept once, and read as often as it is named.
@Suite struct StandardInputTests {
  /// Both ends of a pipe, of which the first gives `bytes` and then ends.
  private func pipe(_ bytes: [UInt8]) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    try #require(unsafe Glibc.pipe(&ends) == 0)
    // A pipe holds 64 KiB.
    try #require(unsafe Glibc.write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    return ends[0]
  }

  @Test func `a checkpoint from a pipe is the file's, twice over`() throws {
    let path = try Fixtures.path("checkpoints/od_215.pt")
    let stream = try pipe(File.bytes(at: path))
    defer { close(stream) }
    let wanted = try Checkpoint.open(path).listing(hashing: true).tensors.map(\.sha256)
    try StandardInput.$current.withValue(StandardInput(stream)) {
      for _ in 1...2 {
        let listing = try Checkpoint.open("-").listing(hashing: true)
        #expect(listing.file == "-")
        #expect(listing.tensors.map(\.sha256) == wanted)
      }
    }
  }

  @Test func `a redirected file is read where it is, one that was read from before is kept`() throws {
    let path = try Fixtures.path("checkpoints/od_215.pt")
    let size = try File.bytes(at: path).count
    for start in [0, 5] {
      let stream = unsafe Glibc.open(path, O_RDONLY)
      defer { close(stream) }
      lseek(stream, off_t(start), SEEK_SET)
      try StandardInput.$current.withValue(StandardInput(stream)) {
        let file = try InputFile(path: "-")
        #expect(file.size == size - start)
        let original = try InputFile(path: path)
        #expect(file.status.isSame(as: original.status) == (start == 0))
        #expect(try file.read(0..<4) == original.read(start..<start + 4))
      }
    }
  }

  @Test func `without a standard input the name is a name as any other`() throws {
    #expect(StandardInput.current == nil)
    #expect(throws: CheckpointError(.unreadable, "")) { try InputFile(path: "-") }
  }

  @Test func `a full disk is said with the bytes that were kept`() throws {
    let stream = try pipe([1, 2, 3])
    defer { close(stream) }
    let fault = KernelFault(.pwrite, number: 1, errorNumber: ENOSPC)
    let error = #expect(throws: CheckpointError.self) {
      try KernelFault.$current.withValue(fault) {
        try StandardInput.$current.withValue(StandardInput(stream)) { _ = try InputFile(path: "-") }
      }
    }
    #expect(error?.code == .unwritable)
    #expect(error?.reason.hasPrefix("0 bytes of standard input were kept in ") == true)
    #expect(error?.hint?.contains("TMPDIR=") == true)
  }

  @Test(arguments: ["read:1:4", "read:*:short"])
  func `reads that are interrupted or bring little lose nothing`(
    _ rule: String
  ) throws {
    #expect(try size(rule) == 1000)
  }

  @Test func `a read that fails is an error`() throws {
    #expect(throws: CheckpointError(.unreadable, "")) { try size("read:1:5") }
  }

  /// What is kept of 1000 bytes under a fault.
  private func size(_ rule: String) throws -> Int {
    let stream = try pipe([UInt8](repeating: 7, count: 1000))
    defer { close(stream) }
    return try KernelFault.$current.withValue(KernelFault(rule)) {
      try StandardInput.$current.withValue(StandardInput(stream)) { try InputFile(path: "-").size }
    }
  }
}
