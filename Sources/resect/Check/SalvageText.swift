// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What is left of a damaged checkpoint, in words.
enum SalvageText {
  static func text(_ report: SalvageReport) -> String {
    let name = Words.plain(report.file)
    guard let damage = report.damage else { return "\(name): sound, so that nothing was written\n" }
    var lines = report.findings.map { VerifyText.line("wrong", $0) } + lines(damage)
    if let output = report.output {
      for row in OutputText.lines(output) { lines += row.lines.map { "\(row.name): \(Words.plain($0))" } }
      let place = OutputText.place(output, written: report.written)
      lines += place.lines.map { "\(place.name): \(Words.plain($0))" }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// - Parameter limit: of lost tensors, a line each.
  static func lines(_ damage: DamageReport, atMost limit: Int = .max) -> [String] {
    var lines: [String] = []
    if damage.missingBytes > 0 {
      lines.append("missing: at least \(Words.count(damage.missingBytes, "byte"))")
    }
    lines.append("whole: \(damage.survivors.count) of \(Words.count(damage.tensors, "tensor"))")
    if damage.unchecked > 0 {
      lines.append("unchecked: \(Words.count(damage.unchecked, "storage")) of them without a checksum")
    }
    lines += damage.lost.prefix(limit).map(line)
    if damage.lost.count > limit {
      lines.append("lost: \(damage.lost.count - limit) more, which --json lists")
    }
    return lines
  }

  private static func line(_ lost: DamageReport.Lost) -> String {
    var parts: [String] = []
    if let dtype = lost.dtype { parts.append(dtype) }
    if let shape = lost.shape {
      parts.append(shape.isEmpty ? "scalar" : shape.map { String($0) }.joined(separator: "x"))
    }
    var what = parts.joined(separator: " ")
    if let missing = lost.missing {
      what += "\(what.isEmpty ? "" : ", ")\(Words.count(missing, "byte")) missing"
    }
    let name = Words.plain("\(lost.path)")
    return "lost: \(name): " + (what.isEmpty ? "" : what + ": ") + Words.plain(lost.reason)
  }
}
