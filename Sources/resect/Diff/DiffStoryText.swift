// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What a comparison begins with: sentences, and on request the figures of the parts as a table.
enum DiffStoryText {
  /// Lines before the files, as many as two files of a DINO run have at most: two networks of two parts, an optimizer,
  /// the loss, values. What does not fit is in JSON.
  static let limit = 7

  static func lines(_ report: DiffReport) -> [String] {
    let texts = report.summary.map(\.text)
    guard texts.count > limit else { return texts }
    return texts.prefix(limit - 1) + ["and \(texts.count - limit + 1) more (--json)"]
  }

  /// The table of parts, a block below its part.
  static func parts(_ report: DiffReport) -> DiffSections.Section {
    let header = [
      "part", "tensors", "elements", "equal", "changed", "dtype", "shape", "only a", "only b", "renamed",
      "differ",
      "change", "max abs", "at",
    ]
    var rows: [[String]] = []
    for part in report.parts {
      rows.append(row("\(part.name)", part.figures))
      guard part.blocks.count > 1 else { continue }
      rows += part.blocks.map { row("  \($0.name)", $0.figures) }
    }
    return .init(
      title: "parts: change is l2(b - a) / l2(a) over the weights that changed", header: header, rows: rows)
  }

  private static func row(_ name: String, _ figures: DiffPart.Figures) -> [String] {
    let counts = [
      figures.tensors, figures.elements, figures.equal + figures.withinTolerance, figures.changed,
      figures.dtype,
      figures.shape, figures.removed, figures.added, figures.renamed, figures.differing,
    ]
    var place = ""
    if let largest = figures.largest {
      place = "\(largest.path.shown) [\(largest.index.map(String.init).joined(separator: ", "))]"
    }
    return [name] + counts.map(String.init)
      + [figures.change.map(Words.figure) ?? "-", figures.maxAbs.map(Words.figure) ?? "-", place]
  }
}
