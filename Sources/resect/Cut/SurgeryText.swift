// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A strip or an edit in words.
struct SurgeryText {
  private let report: SurgeryReport
  private var table = TextTable(.left, .left)

  init(_ report: SurgeryReport) {
    self.report = report
    if let found = report.found { add(found) }
    if report.isCopy == true { table.add(["copy", "it is a bare backbone already"]) }
    addRecipe()
    if let restored = report.restored { add(RemovedText.row(restored)) }
    for optimizer in report.optimizers ?? [] { add("optimizer", OptimizerText.lines(optimizer)) }
    addFigures()
    addDropped()
    addOutput()
  }

  var text: String { table.text }

  private mutating func add(_ name: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() { table.add([index == 0 ? name : "", Words.plain(line)]) }
  }

  private mutating func add(_ row: (name: String, lines: [String])) { add(row.name, row.lines) }

  private mutating func add(_ found: SurgeryReport.Found) {
    add("layout", [found.layout])
    add("because", found.evidence)
    if let branch = found.branch {
      let others = found.branches.filter { $0 != branch }
      add("branch", ["\(branch)" + (others.isEmpty ? "" : ", not \(others.joined(separator: ", "))")])
    }
    add("backbone", [found.summary ?? "not one that is known"])
    if let note = found.note { add("note", [note]) }
  }

  private mutating func addRecipe() {
    var lines: [String] = []
    for step in report.steps {
      let counts = step.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      lines.append(step.pass + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")))
      lines += step.notes.map { "  note: " + $0 }
    }
    add(lines.count == 1 ? "pass" : "passes", lines)
  }

  private func words(_ figures: SurgeryReport.Figures) -> String {
    "\(Words.count(figures.tensors, "tensor")), \(Words.bytes(figures.bytes))"
  }

  private mutating func addFigures() {
    let of = report.before == report.after ? "" : " of \(words(report.before))"
    add("kept", [words(report.after) + of])
  }

  private mutating func addDropped() {
    add(
      "dropped",
      (report.dropped ?? []).map { group in
        group.tensors == 0
          ? "\(group.path)"
          : "\(group.path): \(Words.count(group.tensors, "tensor")), \(Words.bytes(group.bytes))"
      })
  }

  private mutating func addOutput() {
    for row in OutputText.lines(report.output) { add(row.name, row.lines) }
    if let removed = report.removed { add(RemovedText.row(removed)) }
    let place = OutputText.place(report.output, written: report.written)
    add(place.name, place.lines)
    if let statement = report.provenance { add("provenance", [statement]) }
  }
}
