// SPDX-License-Identifier: Apache-2.0
#if DEBUG
  import TestSupport
  import Testing

  @testable import Checkpoints

  /// Every system call fails in turn.
  @Suite struct StatementFaultTests {
    @Test(
      arguments: [
        .open, .create, .createUnnamed, .stat, .fstat, .readLink, .pread, .pwrite, .fsync, .link, .close,
        .copyRange,
      ] as [Kernel.Call])
    func `a statement is right or not there, and never without its output`(_ call: Kernel.Call) throws {
      let whole = try chain()
      let expected = try whole.bytes("c.pt.provenance.json")
      for number in 1... {
        let sample = try chain(upTo: "b.pt")
        let names = sample.folder.names
        let fault = KernelFault(call, number: number, errorNumber: 5)
        let result = KernelFault.$current.withValue(fault) {
          Result { try sample.edit("b.pt", "c.pt", ["prefix y."]) }
        }
        guard fault.struck else { break }
        let new = sample.folder.names.filter { !names.contains($0) }
        switch result {
        case .success: #expect(try sample.bytes("c.pt.provenance.json") == expected, "\(call) \(number)")
        case .failure(let error):
          #expect(error is CheckpointError)
          #expect(new == [] || new == ["c.pt"] || isWhole(sample, expected), "\(call) \(number): \(new)")
        }
      }
    }

    /// Whether only what follows the statement's name failed: the flush of the folder.
    private func isWhole(_ sample: ProvenanceSample, _ expected: [UInt8]) -> Bool {
      (try? sample.bytes("c.pt.provenance.json")) == expected && Kernel.exists(sample("c.pt"))
    }

    private func chain(upTo last: String = "c.pt") throws -> ProvenanceSample {
      let sample = try ProvenanceSample(of: "od_215.pt", as: "a.pt")
      try sample.edit("a.pt", "b.pt", ["prefix x."])
      if last == "c.pt" { try sample.edit("b.pt", "c.pt", ["prefix y."]) }
      return sample
    }
  }
#endif
