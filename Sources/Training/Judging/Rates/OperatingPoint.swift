// SPDX-License-Identifier: Apache-2.0

/// A threshold, and how often it errs on a list of trials. A trial is accepted where its score is above it.
package struct OperatingPoint: Codable, Sendable, Equatable {
  package var threshold: Double
  /// The share of nontargets that is accepted.
  package var far: Double
  /// The share of targets that is refused.
  package var frr: Double
  package var falseAcceptances: Int
  package var falseRefusals: Int

  package init(threshold: Double, far: Double, frr: Double, falseAcceptances: Int, falseRefusals: Int) {
    self.threshold = threshold
    self.far = far
    self.frr = frr
    self.falseAcceptances = falseAcceptances
    self.falseRefusals = falseRefusals
  }

  /// Counts errors; there are targets and nontargets.
  package init(_ threshold: Double, scores: [Double], targets: [Bool]) {
    var (accepted, refused, count) = (0, 0, 0)
    for (score, isTarget) in zip(scores, targets) {
      if isTarget { count += 1 }
      if isTarget, score <= threshold { refused += 1 }
      if !isTarget, score > threshold { accepted += 1 }
    }
    self.threshold = threshold
    far = Double(accepted) / Double(targets.count - count)
    frr = Double(refused) / Double(count)
    falseAcceptances = accepted
    falseRefusals = refused
  }
}
