// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What was found in a container, in words.
enum VerifyText {
  static func text(_ reports: VerifyReports) -> String {
    let broken = reports.files.count { !$0.isSound }
    let unknown = reports.files.count { $0.error != nil }
    var parts = ["\(Words.count(reports.files.count, "file"))"]
    if broken > 0 { parts.append("\(broken) not sound") }
    if unknown > 0 { parts.append("\(unknown) not verified") }
    if parts.count == 1 { parts.append("all sound") }
    return reports.files.map(text).joined() + parts.joined(separator: ", ") + "\n"
  }

  static func text(_ report: VerifyReport) -> String {
    if let error = report.error {
      let place = [error.member.map(Words.plain), error.byte.map { "byte \($0)" }].compactMap { $0 }
      return "\(Words.plain(report.file)): not verified: "
        + (place + [Words.plain(error.message)]).joined(separator: ": ") + "\n"
    }
    if report.format == "text" {
      return "\(Words.plain(report.file)): no checkpoint, \(Words.bytes(report.bytes))\n"
    }
    let things = Words.count(report.members, report.unit)
    var lines = ["\(Words.plain(report.file)): \(report.format), \(things), \(Words.bytes(report.bytes))"]
    if report.damage == nil || report.checked > 0 {
      lines.append(report.agreement ?? "\(report.checked) with the CRC-32 that the archive states")
    }
    if !report.withoutCRC.isEmpty {
      lines.append(
        "\(report.withoutCRC.count) without one (the writer left it out, so that nothing can be compared): "
          + Words.short(Words.plain(report.withoutCRC.joined(separator: ", ")), 120))
    }
    if !report.unused.isEmpty {
      lines.append(
        "\(report.unused.count) that no tensor uses: "
          + Words.short(Words.plain(report.unused.joined(separator: ", ")), 120))
    }
    lines += (report.notes ?? []).map { "note: " + Words.plain($0) }
    lines += report.findings.map { line("wrong", $0) }
    if let damage = report.damage { lines += SalvageText.lines(damage, atMost: 20) }
    if let opinion = report.secondOpinion {
      lines += opinion.isEmpty ? ["libzip agrees"] : opinion.map { line("libzip", $0) }
    }
    lines.append(report.isSound ? "sound" : "not sound")
    return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
  }

  static func line(_ who: String, _ finding: VerifyReport.Finding) -> String {
    let place = [finding.member.map(Words.plain), finding.byte.map { "byte \($0)" }].compactMap { $0 }
    return "\(who): " + (place + [Words.plain(finding.message)]).joined(separator: ": ")
  }
}
