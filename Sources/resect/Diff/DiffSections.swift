// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A comparison as titled tables: what the text, the Markdown and the page have in common.
struct DiffSections {
  struct Section {
    var title: String
    var header: [String]
    var rows: [[String]]
    /// Rows that are not shown.
    var more = 0
  }

  static let limit = 20

  /// What happened, a sentence a line.
  private(set) var story: [String] = []
  /// A line for each file, and lines on what was left out of it.
  private(set) var files: [String] = []
  private(set) var verdict = ""
  private(set) var sections: [Section] = []
  private(set) var notes: [String] = []

  private let showsAll: Bool

  init(_ report: DiffReport, showsAll: Bool, showsParts: Bool) {
    self.showsAll = showsAll
    story = DiffStoryText.lines(report)
    files = Self.lines("a", report.a) + Self.lines("b", report.b)
    verdict = DiffVerdict.words(report)
    if showsParts { sections.append(DiffStoryText.parts(report)) }
    let isMoved = report.changed.contains { $0.pathB != nil }
    let optimizers = Set(report.parts.filter { $0.role == .optimizer }.map(\.name))
    // Momenta move more than weights do, and are what nobody looks for first.
    let isLast = { (change: DiffReport.Change) in change.part.map(optimizers.contains) ?? false }
    let first = report.changed.filter { !isLast($0) }
    let last = report.changed.filter(isLast)
    let order = last.isEmpty || first.isEmpty ? "most first" : "most first, the optimizer last"
    add(
      "changed, \(order): change is l2(a - b) / max(l2(a), l2(b))",
      DiffNumbers.header + (isMoved ? ["in b"] : []),
      (first + last).map { DiffNumbers.row($0) + (isMoved ? [$0.pathB?.shown ?? ""] : []) })
    add(
      "moved by prefix", ["from", "to", "tensors"],
      report.prefixes.map { [$0.from.shown, $0.to.shown, "\($0.tensors)"] })
    add("moved", ["from", "to", "found by"], report.moved.map { [$0.from.shown, $0.to.shown, $0.by] })
    add(
      "ambiguous: equal content under several new names", ["dtype", "shape", "in a", "in b"],
      report.ambiguous.map { group in
        [group.dtype, Words.shape(group.shape), list(group.a), list(group.b)]
      })
    add("removed", ["tensor", "dtype", "shape", "size"], report.removed.map(Self.row))
    add("added", ["tensor", "dtype", "shape", "size"], report.added.map(Self.row))
    add(
      "ties", ["share a storage in", "tensors"],
      report.ties.a.map { ["a alone", list($0)] } + report.ties.b.map { ["b alone", list($0)] })
    add(
      "values", ["path", "a", "b"],
      report.values.map { [$0.path.shown, Self.words($0.a, $0.b), Self.words($0.b, $0.a)] })
    add(
      "keys: they print alike and are not the same", ["path", "a", "b"],
      (report.keys ?? []).map { [$0.path.shown, $0.a, $0.b] })
    notes = report.notes
  }

  private mutating func add(_ title: String, _ header: [String], _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    let shown = showsAll ? rows : Array(rows.prefix(Self.limit))
    sections.append(Section(title: title, header: header, rows: shown, more: rows.count - shown.count))
  }

  private static func lines(_ name: String, _ side: DiffReport.Side) -> [String] {
    var lines = [
      "\(name)  \(side.file): \(side.format), \(Words.count(side.tensors, "tensor")), \(Words.bytes(side.bytes))"
    ]
    if let layout = side.layout { lines.append("   its backbone alone, by the layout \(layout)") }
    if !side.passes.isEmpty { lines.append("   after: \(side.passes.joined(separator: "; "))") }
    if let folded = side.folded {
      lines.append(
        "   folded into the layers before them: \(Prose.phrases(folded.map { "\($0)" }, limit: 4))")
    }
    if !side.leftOut.isEmpty {
      let parts = side.leftOut.map { part in
        part.tensors == 0 ? "\(part.path)" : "\(part.path) (\(Words.count(part.tensors, "tensor")))"
      }
      lines.append("   not compared: \(parts.joined(separator: ", "))")
    }
    return lines
  }

  private static func row(_ tensor: DiffReport.Tensor) -> [String] {
    [tensor.path.shown, tensor.dtype, Words.shape(tensor.shape), Words.bytes(tensor.bytes)]
  }

  /// A value; its type where the other has another one.
  private static func words(_ value: DiffReport.Value?, _ other: DiffReport.Value?) -> String {
    guard let value else { return "-" }
    let text = Words.short(Words.python(value.value), 60)
    return value.type == other?.type || value.type == text ? text : "\(text) (\(value.type))"
  }

  private func list(_ paths: [Text]) -> String {
    Prose.phrases(paths.map { "\($0)" }, limit: showsAll ? .max : 4)
  }
}
