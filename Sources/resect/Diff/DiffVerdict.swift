// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What came of a comparison, in one line.
enum DiffVerdict {
  static func words(_ report: DiffReport) -> String {
    let counts = report.counts
    var parts = [
      part(counts.different, "different"), part(counts.moved, "moved"), part(counts.removed, "removed"),
      part(counts.added, "added"), part(counts.ambiguous, "ambiguous"),
    ].compactMap { $0 }
    if counts.bitEqual > 0 { parts.append("\(counts.bitEqual) bit-equal") }
    if counts.withinTolerance > 0 { parts.append("\(counts.withinTolerance) within the tolerance") }
    var words = (report.equal ? "equal" : "different")
    let tensors = parts.joined(separator: ", ")
    words += tensors.isEmpty ? ": no tensors" : ": tensors: \(tensors)"
    if counts.ties > 0 { words += "; " + Words.count(counts.ties, "tie") + " changed" }
    if counts.values > 0 { words += "; " + Words.count(counts.values, "value") + " changed" }
    if let keys = counts.keys { words += "; " + Words.count(keys, "key") + " of another type" }
    return words
  }

  private static func part(_ count: Int, _ word: String) -> String? {
    count == 0 ? nil : "\(count) \(word)"
  }
}
