// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite struct KernelTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ descriptor: Int32, _ bytes: [UInt8], at offset: Int) throws {
    var failure: CheckpointError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(CheckpointError) { unsafe try Kernel.write(descriptor, buffer, at: offset, "x") } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  @Test func `a created file did not exist, and the umask decides its mode`() throws {
    let path = folder("new")
    let descriptor = try Kernel.create(path)
    defer { Kernel.close(descriptor) }
    try write(descriptor, [1, 2, 3], at: 2)
    #expect(try File.bytes(at: path) == [0, 0, 1, 2, 3])
    try Kernel.truncate(descriptor, to: 3, path)
    #expect(try File.bytes(at: path) == [0, 0, 1])
    try Kernel.sync(descriptor, path)
    try Kernel.syncFolder(folder.path)
    var status = stat()
    #expect(unsafe fstat(descriptor, &status) == 0)
    let mask = umask(0)
    umask(mask)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
    #expect(throws: CheckpointError(.unwritable, "")) { try Kernel.create(path) }
    #expect(throws: CheckpointError(.unwritable, "")) { try Kernel.create(folder("no/such")) }
  }

  @Test func `renaming replaces only when asked to`() throws {
    try File.write([1], to: folder("a"))
    try File.write([2], to: folder("b"))
    #expect(throws: CheckpointError(.unwritable, "")) {
      try Kernel.rename(folder("a"), to: folder("b"), replacing: false)
    }
    #expect(try File.bytes(at: folder("b")) == [2])
    try Kernel.rename(folder("a"), to: folder("c"), replacing: false)
    #expect(try File.bytes(at: folder("c")) == [1])
    try Kernel.rename(folder("c"), to: folder("b"), replacing: true)
    #expect(try File.bytes(at: folder("b")) == [1])
    #expect(!Kernel.exists(folder("c")))
    try Kernel.unlink(folder("b"))
    #expect(throws: CheckpointError(.unwritable, "")) { try Kernel.unlink(folder("b")) }
  }

  @Test func `a link that leads nowhere takes its name all the same`() throws {
    #expect(unsafe symlink("nowhere", folder("link")) == 0)
    #expect(Kernel.exists(folder("link")))
    #expect(Kernel.status(at: folder("link")) == nil)
    #expect(Kernel.status(at: folder.path)?.kind == .folder)
    #expect(throws: CheckpointError(.unwritable, "")) { try Kernel.create(folder("link")) }
  }

  @Test func `the kernel copies ranges`() throws {
    try File.write(Array(0..<200), to: folder("a"))
    let input = try InputFile(path: folder("a"))
    let descriptor = try Kernel.create(folder("b"))
    defer { Kernel.close(descriptor) }
    let copied = try Kernel.copyRange(from: input.descriptor, at: 100, to: descriptor, at: 3, count: 50, "b")
    // Nil where the file system cannot; then nothing may have been written.
    #expect(copied == nil || copied == 50)
    #expect(try File.bytes(at: folder("b")) == (copied == nil ? [] : [0, 0, 0] + Array(100..<150)))
    #expect(
      try Kernel.copyRange(from: input.descriptor, at: 200, to: descriptor, at: 0, count: 50, "b") ?? 0 == 0)
  }

  #if DEBUG
    @Test func `a call that a signal breaks off is made again`() throws {
      try File.write([1, 2, 3], to: folder("a"))
      for call in [Kernel.Call.open, .fstat, .pread] {
        let fault = KernelFault(call, number: 1, errorNumber: EINTR)
        let bytes = try KernelFault.$current.withValue(fault) { try InputFile(path: folder("a")).read(0..<3) }
        #expect(bytes == [1, 2, 3])
        #expect(fault.struck)
      }
    }

    @Test func `a failed close is reported and closes`() throws {
      let descriptor = try Kernel.create(folder("a"))
      let inode = try Kernel.status(descriptor, "a").inode
      #expect(throws: CheckpointError(.unwritable, "")) {
        try KernelFault.$current.withValue(KernelFault(.close, number: 1, errorNumber: EIO)) {
          try Kernel.closeWritten(descriptor, folder("a"))
        }
      }
      // Another test may have been given the number meanwhile, but for another file.
      #expect((try? Kernel.status(descriptor, "a"))?.inode != inode)
    }
  #endif
}
