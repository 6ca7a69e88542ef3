// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A fit in words.
struct FitText {
  private let report: FitReport
  private var table = TextTable(.left, .left)

  /// Keys of one kind that are shown; the rest is counted.
  private static let shown = 8

  init(_ report: FitReport) {
    self.report = report
    addSides()
    addKeys()
    addVerdict()
    addRemedy()
    addDoubts()
  }

  var text: String { table.text }

  private mutating func add(_ name: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() { table.add([index == 0 ? name : "", Words.plain(line)]) }
  }

  private mutating func addSides() {
    let part = report.path.isEmpty ? "" : ": \(report.path)"
    add("file", ["\(report.file)\(part), \(Words.count(report.tensors, "tensor"))"])
    let other = report.toPath.isEmpty ? "" : ": \(report.toPath)"
    add("to", ["\(report.to)\(other), \(Words.count(report.wanted, "tensor"))"])
  }

  private mutating func addKeys() {
    let fit = report.fit
    add("loaded", ["\(fit.loaded.count) of \(report.wanted)"])
    add("missing", list(fit.missing.map { line($0) }))
    if !fit.tolerated.isEmpty {
      add("filled in", ["\(Words.count(fit.tolerated.count, "counter")): num_batches_tracked starts at 0"])
    }
    add("unexpected", list(fit.unexpected.map { line($0) }))
    add(
      "misshapen",
      list(fit.misshapen.map { "\($0.key)  \(Words.shape($0.found)), not \(Words.shape($0.expected))" }))
    add("not copied", list(fit.uncopied.map { "\($0.key)  \($0.reason)" }))
    if let first = fit.converted.first {
      add(
        "converted",
        ["\(Words.count(fit.converted.count, "tensor")): \(first.found) to \(first.expected) (\(first.key))"])
    }
  }

  private func line(_ key: KeyFit.Key) -> String {
    "\(key.key)" + (key.shape.map { "  " + Words.shape($0) } ?? "")
  }

  /// A count, and the first of the keys.
  private func list(_ lines: [String]) -> [String] {
    guard !lines.isEmpty else { return [] }
    let rest = lines.count - Self.shown
    return [String(lines.count)] + lines.prefix(Self.shown).map { "  " + $0 }
      + (rest > 0 ? ["  and \(rest) more"] : [])
  }

  private mutating func addVerdict() {
    let isVoid = report.fit.loaded.isEmpty && report.loadsLoosely && !report.loadsStrictly
    add(
      "verdict",
      [
        isVoid
          ? "it does not load: no key in common, of which strict=False says nothing"
          : Self.verdict(report.loadsStrictly, report.loadsLoosely)
      ])
  }

  private static func verdict(_ strictly: Bool, _ loosely: Bool) -> String {
    if strictly { return "it loads, strict=True" }
    return loosely ? "it loads with strict=False alone" : "it does not load"
  }

  private mutating func addRemedy() {
    guard let remedy = report.remedy else { return }
    add("passes", remedy.passes)
    if !remedy.dropped.isEmpty {
      add("dropped", list(remedy.dropped.map { "\($0)" }))
    }
    var after = Self.verdict(remedy.loadsStrictly, remedy.loadsLoosely)
    if !remedy.loadsStrictly {
      let counts = [
        (remedy.missing, "missing"), (remedy.unexpected, "unexpected"), (remedy.misshapen, "misshapen"),
      ]
      let rest = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      after += ": \(remedy.loaded) of \(report.wanted) loaded, " + rest.joined(separator: ", ")
    }
    add("then", [after])
    let isLong = remedy.command.hasSuffix("@recipe.txt")
    add("run", [remedy.command + (isLong ? "   with the passes above in recipe.txt" : "")])
  }

  private mutating func addDoubts() {
    for (index, passes) in (report.alternatives ?? []).prefix(Self.shown).enumerated() {
      add(index == 0 ? "ambiguous" : "or", passes)
    }
    add(
      report.alternatives == nil ? "ambiguous" : "",
      list(
        (report.doubts ?? []).map { "\($0.key)  may be \($0.candidates.prefix(4).joined(separator: ", "))" }))
  }
}
