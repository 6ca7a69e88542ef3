// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

struct OutputFolderTests {
  private func write(_ folder: TemporaryFolder, _ name: String, replacing: Bool = false)
    throws(CheckpointError)
  {
    let output = try OutputFolder(folder(name), replacing: replacing)
    for name in ["one", "two"] {
      let file = try OutputFile(output.add(name), replacing: false, inputs: [])
      try file.write(Array(name.utf8), at: 0)
      try file.commit()
    }
    try output.commit()
  }

  @Test func `a folder appears under its name when it is whole`() throws {
    let folder = try TemporaryFolder()
    try write(folder, "out/")
    #expect(try Kernel.names(in: folder("out")) == ["one", "two"])
    #expect(folder.names == ["out"])
  }

  @Test func `without commit nothing is left`() throws {
    let folder = try TemporaryFolder()
    do {
      let output = try OutputFolder(folder("out"), replacing: false)
      let file = try OutputFile(output.add("one"), replacing: false, inputs: [])
      try file.commit()
    }
    #expect(folder.names.isEmpty)
  }

  @Test func `a folder that holds files is never replaced, an empty one on request`() throws {
    let folder = try TemporaryFolder()
    try write(folder, "out")
    for replacing in [false, true] {
      #expect(throws: CheckpointError(.wouldOverwrite, "")) { try write(folder, "out", replacing: replacing) }
    }
    for name in ["one", "two"] { try Kernel.unlink(folder("out/" + name)) }
    #expect(throws: CheckpointError(.wouldOverwrite, "")) { try write(folder, "out") }
    try write(folder, "out", replacing: true)
    #expect(try Kernel.names(in: folder("out")) == ["one", "two"])
  }

  @Test func `a file in its place is refused`() throws {
    let folder = try TemporaryFolder()
    try OutputFile(folder("out"), replacing: false, inputs: []).commit()
    #expect(throws: CheckpointError(.wouldOverwrite, "")) { try write(folder, "out", replacing: true) }
  }

  #if DEBUG
    @Test(arguments: Kernel.Call.allCases)
    func `whichever system call fails, the folder is whole or not there`(_ call: Kernel.Call) throws {
      for number in 1...200 {
        let folder = try TemporaryFolder()
        let fault = KernelFault(call, number: number, errorNumber: 28)
        do {
          try KernelFault.$current.withValue(fault) { try write(folder, "out") }
        } catch is CheckpointError {}
        if !folder.names.isEmpty {
          #expect(folder.names == ["out"])
          #expect(try Kernel.names(in: folder("out")) == ["one", "two"])
        }
        if !fault.struck { return }
      }
      Issue.record("\(call) is still called after 200 failures")
    }
  #endif
}
