// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A `PolicyReport` as lines. They begin with file, policy and line, so that programs can take them apart.
enum CheckText {
  /// - Parameter isQuiet: only what does not hold.
  static func text(_ report: PolicyReport, isQuiet: Bool) -> String {
    report.files.map { file in text(file, report.policy, isQuiet) }.joined()
  }

  private static func text(_ file: PolicyReport.File, _ policy: String, _ isQuiet: Bool) -> String {
    guard let rules = file.rules else { return "" }
    let name = Words.plain(file.file)
    var text = ""
    for rule in rules where !rule.holds {
      let start = "\(name): \(Words.plain(policy)):\(rule.line): \(Words.plain(rule.rule)): "
      text += rule.findings.map { start + Words.plain($0) + "\n" }.joined()
      if let more = rule.moreFindings { text += "\(start)\(more) more\n" }
    }
    if isQuiet { return text }
    let failed = rules.count { !$0.holds }
    return text
      + (failed == 0
        ? "\(name): \(Words.count(rules.count, "rule")), all hold\n"
        : "\(name): \(failed) of \(Words.count(rules.count, "rule")) \(failed == 1 ? "does" : "do") not hold\n")
  }

  /// Why a file could not be judged; nil where it was.
  static func error(_ file: PolicyReport.File) -> String? {
    guard let error = file.error else { return nil }
    let place = [error.file ?? file.file, error.member?.shown, error.key?.shown].compactMap { $0 }.map {
      Words.plain($0)
    }
    let hint = error.hint.map { "\n  try: \(Words.plain($0))" } ?? ""
    return "error: \(place.joined(separator: ": ")): \(Words.plain(error.message))\(hint)\n"
  }
}
