// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Files of joblib, whose arrays lie between the opcodes of a pickle: `fixtures/joblib/make.py`.
@Suite struct JoblibTests {
  private static let files = FolderFiles(below: Fixtures.folder + "/joblib").members.map(\.path)
    .filter { $0.hasSuffix(".joblib") }

  private func report(_ path: String) -> ScanReport.File { FileScan.report(of: [path]).files[0] }

  @Test(arguments: files.filter { !$0.contains("compress-") })
  func `what joblib writes is read to its end, and nothing is found`(path: String) throws {
    let report = report(path)
    #expect(report.findings.map(\.message) == [])
    #expect(report.notExamined.map(\.message) == [])
    #expect(report.verdict == .rebuild)
    #expect(report.globals.contains { $0.name == "NumpyArrayWrapper" && $0.verdict == .data })
  }

  @Test(arguments: files.filter { $0.contains("compress-") })
  func `what is packed in another form is named, with what unpacks it`(path: String) throws {
    let report = report(path)
    #expect(report.verdict == .notExamined)
    let hint = try #require(report.notExamined.first?.hint)
    #expect(hint.contains("-dc < "))
  }

  @Test func `what follows the last array is examined`() throws {
    let path = try Fixtures.path("joblib/plain.joblib")
    let whole = try Fixtures.bytes("joblib/plain.joblib")
    // `behind` is its last key: one more name in its place.
    let end = try #require(whole.indices.last { whole[$0...].starts(with: Array("behind".utf8)) })
    let examined = PickleExamination(
      .memory(Array(whole[..<(end + 6)]) + Array("cposix\nsystem\n(Vtrue\ntRs.".utf8)))
    #expect(examined.names.contains { $0.name == GlobalName("posix", "system") && $0.isCalled })
    #expect(report(path).globals.allSatisfy { $0.name != "system" })
  }

  /// Arrays that are cut short end the examination where the file does.
  @Test func `at every length nothing is said to be harmless`() throws {
    let whole = try Fixtures.bytes("joblib/plain.joblib")
    for count in stride(from: 3, to: whole.count, by: 7) {
      let end = PickleExamination(.memory(Array(whole[..<count]))).end
      if case .stop = end { Issue.record("it ends at \(count) of \(whole.count) bytes") }
    }
  }
}
