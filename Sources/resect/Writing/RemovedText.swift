// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What reports say of what was kept beside the output.
enum RemovedText {
  static func row(_ report: RemovalReport) -> (name: String, lines: [String]) {
    var parts = ["\(Words.count(report.tensors, "tensor")), \(Words.bytes(report.tensorBytes))"]
    if report.values > 0 { parts.append(Words.count(report.values, "value")) }
    if report.restBytes > 0 { parts.append("\(Words.bytes(report.restBytes)) without a name") }
    let place = report.written.map { "\($0), \(Words.bytes(report.bytes))" }
    return (
      "removed",
      [parts.joined(separator: "; "), place ?? "\(Words.bytes(report.bytes)); nothing was written"]
    )
  }

  static func row(_ report: RestoringReport) -> (name: String, lines: [String]) {
    var lines = [
      "\(Words.count(report.kept, "tensor")) of the file, \(Words.count(report.restored, "tensor")) of \(report.patch)"
    ]
    if report.moved > 0 { lines.append("\(Words.count(report.moved, "tensor")) found under another name") }
    if !report.changed.isEmpty {
      lines.append(
        "\(Words.count(report.changed.count, "tensor")) with other numbers than when \(report.patch) was written"
      )
    }
    return ("restored", lines)
  }
}
