// SPDX-License-Identifier: Apache-2.0

/// A checkpoint that a run made of others at its end.
package struct AverageReport: Codable, Sendable, Equatable {
  package let folder: String
  /// The epochs whose weights were averaged.
  package let epochs: [Int]
  package let judgement: EpochJudgement

  package var text: String {
    let list = epochs.map { "\($0)" }.joined(separator: ", ")
    let words = judgement.text
    return "average of epoch\(epochs.count == 1 ? "" : "s") \(list)" + (words.isEmpty ? "" : ": " + words)
  }
}
