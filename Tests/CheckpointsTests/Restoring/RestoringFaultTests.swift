// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

#if DEBUG
  /// An output and its patch while system calls fail.
  @Suite struct RestoringFaultTests {
    private let document = Sample.dict([
      "model": .keys(["body.weight", "head.weight"]), "epoch": .int(3),
    ]).document

    @Test(arguments: Kernel.Call.allCases)
    func `whichever call fails, both files are there or neither`(_ call: Kernel.Call) throws {
      for (format, error) in [
        (WrittenFormat.torch, ENOSPC), (.torch, EIO), (.torch, EDQUOT), (.torch, EINTR), (.dcp, EIO),
      ] {
        var strikes = 0
        for number in 1...300 {
          let folder = try TemporaryFolder()
          let fault = KernelFault(call, number: number, errorNumber: error)
          var failure: CheckpointError?
          do {
            try KernelFault.$current.withValue(fault) {
              var surgery = try Surgery(
                editing: document, Recipe(arguments: ["take model", "drop head.weight"]), format: format)
              try surgery.keepRemoved()
              try surgery.write(to: folder("result"), patch: folder("patch"))
            }
          } catch let error as CheckpointError { failure = error }
          let names = folder.names
          #expect(names.isEmpty || names == ["patch", "result"], "\(call) \(number) of \(format): \(names)")
          if names.isEmpty { #expect(failure?.code.exitCode == 3) }
          if failure == nil { #expect(names.count == 2) }
          if !names.isEmpty {
            let back = try RemovalPatch(Checkpoint.open(folder("patch"))).restored(
              from: Checkpoint.open(folder("result")))
            #expect(try back.document.compared(with: document).equal)
          }
          if !fault.struck { break }
          strikes = number
        }
        #expect(strikes < 300)
      }
    }
  }
#endif
