// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What the reports of all writing commands say about the output.
enum OutputText {
  /// What was left behind, cast or written by name, and notes: a row each, in lines.
  static func lines(_ output: OutputSummary) -> [(name: String, lines: [String])] {
    var rows: [(name: String, lines: [String])] = []
    if output.droppedBytes > 0 {
      rows.append(("compacted", ["\(Words.bytes(output.droppedBytes)) that no tensor uses"]))
    }
    if !output.casts.isEmpty { rows.append(("cast", casts(output.casts))) }
    if !output.opaque.isEmpty {
      rows.append(
        (
          "opaque",
          [
            "written by name, so that PyTorch needs weights_only=False: "
              + output.opaque.joined(separator: ", ")
          ]
        ))
    }
    if let dropped = output.droppedValues { rows.append(("left out", dropped.map { "\($0)" })) }
    if let notes = output.notes { rows.append(("note", notes)) }
    return rows
  }

  private static func casts(_ casts: [CastReport]) -> [String] {
    let overflows = casts.reduce(0) { $0 + $1.overflows }
    let underflows = casts.reduce(0) { $0 + $1.underflows }
    let sum =
      "\(Words.count(casts.count, "tensor")): \(Words.count(overflows, "overflow")), "
      + Words.count(underflows, "underflow")
    return [sum]
      + casts.filter { $0.overflows > 0 }.map {
        "\($0.path): \(Words.count($0.overflows, "value")) of \($0.from) too large for \($0.to)"
      }
  }

  /// Where it went, and how large it is.
  static func place(_ output: OutputSummary, written: String?) -> (name: String, lines: [String]) {
    let things =
      output.files.map { Words.count($0.count, "file") } ?? Words.count(output.members.count, "member")
    let isDeflated = output.members.contains { $0.origin == .deflate }
    let size = "\(Words.bytes(output.bytes))\(isDeflated ? " before deflating," : "") in \(things)"
    return (
      written == nil ? "plan" : "written",
      [written.map { "\($0), \(size)" } ?? "\(size); nothing was written"]
    )
  }
}
