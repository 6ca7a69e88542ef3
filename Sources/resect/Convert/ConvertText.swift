// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A conversion in words.
struct ConvertText {
  private var table = TextTable(.left, .left)

  init(_ report: ConvertReport) {
    add("convert", ["\(report.from) to \(report.to)"])
    for row in OutputText.lines(report.output) { add(row.name, row.lines) }
    if let removed = report.removed.map(RemovedText.row) { add(removed.name, removed.lines) }
    let place = OutputText.place(report.output, written: report.written)
    add(place.name, place.lines)
    if let statement = report.provenance { add("provenance", [statement]) }
  }

  var text: String { table.text }

  private mutating func add(_ name: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() { table.add([index == 0 ? name : "", Words.plain(line)]) }
  }
}
