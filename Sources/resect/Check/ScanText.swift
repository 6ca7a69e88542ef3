// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What was found in files, in words: the verdict, the findings with the opcodes around them, what was not looked at, and
/// counts.
enum ScanText {
  static func text(_ report: ScanReport) -> String { report.files.map(text).joined() }

  private static func text(_ file: ScanReport.File) -> String {
    var lines = ["\(Words.plain(file.file)): \(word(file.verdict))"]
    for finding in file.findings { lines += self.lines(finding) }
    if let more = file.moreFindings { lines.append("  and \(Words.count(more, "more finding"))") }
    for gap in file.notExamined {
      lines.append("  not examined  " + sentence(gap.message, gap.members, gap.byte))
      // What is wrong with a file is the finding; a bound of ours can be lifted.
      if gap.code == CheckpointError.Code.limit.word, let hint = gap.hint {
        lines.append("    try: \(Words.plain(hint))")
      }
    }
    var table = TextTable(.left, .left, .left)
    for global in file.globals
    where global.isAllowed || ![.byDefault, .opaque, .dangerous].contains(global.verdict) {
      let verdict = global.isAllowed ? "allowed (\(global.verdict.rawValue))" : global.verdict.rawValue
      table.add(["  " + verdict, Words.plain("\(global.module).\(global.name)"), place(global.members, nil)])
    }
    lines += table.lines
    if let counts = counts(file) { lines.append("  " + counts) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func word(_ verdict: ScanReport.Verdict) -> String {
    switch verdict {
    case .notExamined: "not examined to its end"
    case .numbers: "numbers alone"
    case .noCheckpoint: "no checkpoint"
    default: verdict.rawValue
    }
  }

  private static func lines(_ finding: ScanReport.Finding) -> [String] {
    let message = sentence(finding.message, finding.members, finding.byte)
    return ["  \(finding.verdict.rawValue)  \(message)"]
      + (finding.disassembly ?? []).map { "    " + Words.plain($0) }
  }

  private static func sentence(_ message: String, _ members: [Text]?, _ byte: Int?) -> String {
    let place = place(members, byte)
    return (place.isEmpty ? "" : place + ": ") + Words.plain(message)
  }

  private static func place(_ members: [Text]?, _ byte: Int?) -> String {
    ((members ?? []).map(Words.plain) + [byte.map { "byte \($0)" }].compactMap { $0 }).joined(separator: ": ")
  }

  /// `torch, 5 members, 1 pickle: 4 default, 1 dangerous`.
  private static func counts(_ file: ScanReport.File) -> String? {
    guard !file.forms.isEmpty else { return nil }
    var parts = [file.forms.joined(separator: ", ")]
    if file.members > 0 { parts.append(Words.count(file.members, "member")) }
    if file.pickles > 0 { parts.append(Words.count(file.pickles, "pickle")) }
    let verdicts = GlobalVerdict.allCases.compactMap { verdict in
      let count = file.globals.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return parts.joined(separator: ", ") + (verdicts.isEmpty ? "" : ": " + verdicts.joined(separator: ", "))
  }
}

extension ScanReport.Global {
  fileprivate var isAllowed: Bool { allowed == true }
}
