// SPDX-License-Identifier: Apache-2.0

/// `globals none`: `resect scan` has no finding, and has looked at everything.
struct GlobalsRule: PolicyRule {
  static let word = "globals"
  static let usage = "none"

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard words == ["none"] else { return nil }
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    var findings: [String] = []
    for file in FileScan.report(of: [subject.path]).files {
      let place = file.file == subject.path ? "" : "\(file.file): "
      findings += file.findings.map { "\(place)\($0.verdict.rawValue): \($0.message)" }
      if let more = file.moreFindings { findings.append("\(place)\(more) more findings") }
      findings += file.notExamined.map { "\(place)not examined: \($0.message)" }
    }
    return findings
  }
}
