// SPDX-License-Identifier: Apache-2.0
#if DEBUG
  import Checkpoints
  import TestSupport
  import Testing

  @testable import Training

  /// A checkpoint is whole or not there, whichever system call fails while it is written.
  @Suite struct CheckpointWriterTests {
    /// Runs `write` with each call of a kind failing in turn, until none is left to fail.
    private func eachFailing(
      _ call: Kernel.Call, _ write: () throws -> Void, _ check: (_ failed: Bool) throws -> Void
    ) throws {
      for number in 1...500 {
        let fault = KernelFault(call, number: number, errorNumber: 28)
        var failed = false
        do {
          try KernelFault.$current.withValue(fault, operation: write)
        } catch is CheckpointError { failed = true }
        try check(failed)
        if !fault.struck { return #expect(!failed) }
      }
      Issue.record("\(call) is still called after 500 failures")
    }

    @Test(arguments: Kernel.Call.allCases)
    func `a folder of a fine-tuning run`(_ call: Kernel.Call) throws {
      let tiny = try TinyBackbone()
      let job = try FinetuneJob(tiny.options(tiny.write()))
      let state = try job.state(epoch: 1, step: 0)
      let models = job.writer.models
      func write() throws(CheckpointError) {
        _ = try job.writer.write(job.model, job.method.optimizer, state, after: 1, unixtime: 1)
      }
      try job.writer.begin()
      try write()
      let folder = FilePath.join(models, "CKPT-EPOCH-1-00")
      let names = try Kernel.names(in: folder)
      let whole = try TinyBackbone.bytes(of: folder)
      OutputFolder.remove(folder)
      try eachFailing(call) {
        try write()
      } _: { failed in
        // What a failing removal leaves goes when the next checkpoint is written.
        let isLeft = [.unlink, .rmdir].contains(call)
        let found = try FileSystem.names(in: models)
        if !isLeft { #expect(try Kernel.names(in: models) == found) }
        if found.isEmpty { return #expect(failed) }
        #expect(found == ["CKPT-EPOCH-1-00"])
        #expect(try Kernel.names(in: folder) == names)
        #expect(try TinyBackbone.bytes(of: folder) == whole)
        OutputFolder.remove(folder)
      }
      #expect(try FileSystem.names(in: models) == [])
    }

    @Test(arguments: Kernel.Call.allCases)
    func `the folders above it`(_ call: Kernel.Call) throws {
      var folder = try TemporaryFolder()
      try eachFailing(call) {
        try FileSystem.makeFolders(folder("a/b/c"))
      } _: { failed in
        #expect((FileSystem.kind(of: folder("a/b/c")) == .folder) == !failed)
        folder = try TemporaryFolder()
      }
    }

    @Test(arguments: Kernel.Call.allCases)
    func `the file of a self-supervised run: the old one or the new one`(_ call: Kernel.Call) throws {
      let folder = try TemporaryFolder()
      let writer = DINOWriter(folder.path, keepEvery: 0)
      try writer.begin()
      func write(_ number: Int64) throws(CheckpointError) {
        var document = Document()
        document.root = document.add(dict: [("epoch", document.add(.int(number)))])
        _ = try writer.write(document, after: nil)
      }
      try write(1)
      let old = try File.bytes(at: writer.newest)
      try write(2)
      let new = try File.bytes(at: writer.newest)
      #expect(old != new)
      try eachFailing(call) {
        try write(2)
      } _: { failed in
        let found = try File.bytes(at: writer.newest)
        #expect(found == new || failed && found == old)
        if ![.unlink, .rmdir].contains(call) {
          #expect(try Kernel.names(in: folder("models")) == ["checkpoint.pth"])
        }
        try write(1)
      }
    }
  }
#endif
