// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// TorchScript as `scan` has it: what is in no list of operators is a finding, and ordinary networks have none.
@Suite struct ScanScriptTests {
  private static func files(_ folder: String) -> [String] {
    FolderFiles(below: Fixtures.folder + "/script/" + folder).members.map(\.path).filter {
      $0.hasSuffix(".pt")
    }
  }

  @Test(arguments: files("hostile")) func `an operator with effects is a finding`(path: String) {
    let file = FileScan.report(of: [path]).files[0]
    #expect(file.forms == ["torchscript"])
    // What cannot be told is said, where it is no finding.
    #expect(file.findings.contains { $0.kind == .operator } || !file.notExamined.isEmpty)
  }

  @Test(arguments: files("ordinary")) func `an ordinary network has none`(path: String) {
    let file = FileScan.report(of: [path]).files[0]
    #expect(file.findings.map(\.message) == [] && file.notExamined.map(\.message) == [])
  }

  @Test func `each finding has its member and its byte`() {
    let path = Fixtures.folder + "/script/hostile/from_file.pt"
    let findings = FileScan.report(of: [path]).files[0].findings
    #expect(findings.map(\.kind) == [.operator])
    #expect(findings[0].message.hasPrefix("aten::from_file ") && (findings[0].byte ?? 0) > 0)
    #expect(findings[0].members?.last?.hasSuffix(".py") == true)
  }
}
