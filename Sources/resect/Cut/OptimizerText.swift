// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// How an optimizer followed, in words.
enum OptimizerText {
  static func lines(_ report: OptimizerReport) -> [String] {
    let name = report.path.isEmpty ? "the document" : report.path
    guard let rule = report.rule, let shapes = report.shapes, let before = report.before,
      let after = report.after
    else { return ["\(name): as it was"] + report.notes.map { "  note: " + $0 } }
    var did: [String] = []
    if report.renamed > 0 { did.append("\(report.renamed) renamed") }
    if report.rows > 0 { did.append("\(report.rows) with other rows") }
    let figures = [
      of(after.parameters, before.parameters, "parameter"), of(after.states, before.states, "state"),
      of(after.groups, before.groups, "group"),
    ]
    let model = report.model.map { $0.isEmpty ? "the document" : $0 } ?? ""
    let agree =
      switch shapes {
      case 0: "there is no state whose shapes could disagree"
      case 1: "the 1 shape in its state agrees"
      default: "all \(shapes) shapes in its state agree"
      }
    return ["\(name): " + (figures + did).joined(separator: ", "), "  order: \(rule) of \(model); \(agree)"]
      + report.notes.map { "  note: " + $0 }
  }

  private static func of(_ after: Int, _ before: Int, _ word: String) -> String {
    after == before ? Words.count(after, word) : "\(after) of \(Words.count(before, word))"
  }
}
