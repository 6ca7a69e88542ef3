// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A merge in words.
struct MergeText {
  private let report: MergeReport
  private var table = TextTable(.left, .left)

  init(_ report: MergeReport) {
    self.report = report
    add("method", [method])
    add("files", report.files)
    if let base = report.base { add("base", [base]) }
    if let path = report.path { add("path", ["\(path) of each"]) }
    let figures = report.computed
    add("computed", ["\(Words.count(figures.tensors, "tensor")), \(Words.bytes(figures.bytes))"])
    if let linear = report.interpolatedLinearly, !linear.isEmpty {
      add("linear", ["lerp, as the vectors are parallel or one is zero: \(list(linear))"])
    }
    addIntegers()
    if !report.batchNorm.isEmpty {
      add("batch norm", ["\(Words.count(report.batchNorm.count, "module")): \(list(report.batchNorm))"])
      add("", ["note: merged variances are not those of the merged network; run some batches through it"])
    }
    if !report.untied.isEmpty {
      add("untied", ["they shared memory in the first file: \(list(report.untied))"])
    }
    add(
      "values",
      report.values.map { "\($0.path): \(Words.short(Words.python($0.kept), 60)), kept from the first file" })
    add("left out", report.leftOut.map { "\($0.path), which \($0.file) alone has" })
    add("overflow", report.overflows.map { "\($0.path): \(Words.count($0.count, "value"))" })
    for row in OutputText.lines(report.output) { add(row.name, row.lines) }
    let place = OutputText.place(report.output, written: report.written)
    add(place.name, place.lines)
    if let statement = report.provenance { add("provenance", [statement]) }
  }

  var text: String { table.text }

  private var method: String {
    var words = report.method
    if let weights = report.weights {
      words += ", weights " + weights.map { "\($0)" }.joined(separator: ", ")
    }
    if let decay = report.decay { words += ", decay \(decay)" }
    if let t = report.t { words += ", t \(t)" }
    return words
  }

  private mutating func addIntegers() {
    let lines = MergeReport.Integers.Rule.allCases.compactMap { rule -> String? in
      let found = report.integers.filter { $0.rule == rule }
      return found.isEmpty ? nil : "\(found.count) \(rule.rawValue): \(list(found.map(\.path)))"
    }
    add("integers", lines)
  }

  private func list(_ names: [Text]) -> String {
    Prose.phrases(names.map { "\($0)" }, limit: 4)
  }

  private mutating func add(_ name: String, _ lines: [String]) {
    for (index, line) in lines.prefix(20).enumerated() {
      table.add([index == 0 ? name : "", Words.plain(line)])
    }
    if lines.count > 20 { table.add(["", "and \(lines.count - 20) more; --json names all"]) }
  }
}
