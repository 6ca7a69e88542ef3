// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct PlainGlobalTests {
  @Test("plain values of Python and numpy are no finding, whatever the protocol", arguments: 0...5)
  func plainValues(protocol number: Int) throws {
    let report = FileScan.report(of: [try Fixtures.path("pickle/plain/protocol-\(number).pkl")])
    #expect(report.isComplete && report.files[0].globals.count > 30)
    #expect(report.files[0].findings.map(\.message) == [])
  }

  @Test("numbers as Python writes them are the same to all readers", arguments: 0...5)
  func numbers(protocol number: Int) throws {
    let report = FileScan.report(of: [try Fixtures.path("pickle/numbers.\(number).pkl")])
    #expect(report.files[0].findings.map(\.message) == [] && report.isComplete)
  }

  @Test("an empty bytes of protocols 0 to 2 is a call of Python 2's bytes")
  func emptyBytes() {
    for module in ["builtins", "__builtin__"] as [Text] {
      #expect(GlobalVerdict(GlobalName(module, "bytes")) == .data)
    }
  }

  @Test("what looks like a plain class beside it is still a finding")
  func neighbours() {
    for (module, name) in [
      ("builtins", "bytes.fromhex"), ("__builtin__", "buffer"), ("numpy", "memmap"), ("numpy", "save"),
      ("numpy.random._pickle", "sys"), ("array", "array.fromfile"), ("builtins", "type"),
      ("UserDict", "DictMixin"),
    ] as [(Text, Text)] {
      #expect(GlobalVerdict(GlobalName(module, name)).isFinding, "\(module).\(name)")
    }
  }
}
