// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How often a threshold may err in one of the two ways.
package struct WantedRate: Sendable, Equatable {
  package enum Kind: String, Codable, Sendable {
    /// Nontargets that are accepted.
    case far
    /// Targets that are refused.
    case frr
  }

  package let kind: Kind
  /// A share of 1.
  package let rate: Double

  /// - Throws: `wrongWords` where the rate does not lie between 0 and 1.
  package init(_ kind: Kind, _ rate: Double) throws(CheckpointError) {
    guard rate > 0, rate < 1 else {
      throw CheckpointError(
        .wrongWords, "`--\(kind.rawValue) \(rate)`: a rate lies between 0 and 1", hint: "0.01 for 1 %")
    }
    self.kind = kind
    self.rate = rate
  }

  /// Errors that tell a rate: with 30 the true one lies within 30 % of what is observed, at 90 % confidence, if trials are
  /// independent (G. Doddington et al., "The NIST speaker recognition evaluation", Speech Communication 31, 2000).
  package static let telling = 30

  /// Whether so many trials of the kind give errors enough to tell the rate.
  package func isTold(by trials: Int) -> Bool { trials >= needed }

  /// Trials of the kind that are needed for that, at most 10^15.
  package var needed: Int { Int(min((Double(Self.telling) / rate - 1e-6).rounded(.up), 1e15)) }
}

extension ErrorRates {
  /// The best threshold that keeps to a rate: of those that accept no more nontargets than wanted the lowest, or of those
  /// that refuse no more targets the highest.
  package func threshold(_ wanted: WantedRate) -> Double {
    // Rates are quotients of counts below 2^31: what is less apart is equal.
    let most = wanted.rate + 1e-12
    let cuts = cuts
    switch wanted.kind {
    case .far:
      // At the last cut nothing is accepted.
      return scores[cuts.first { falseAcceptances[$0] <= most } ?? scores.count - 1]
    case .frr:
      guard let cut = cuts.last(where: { falseRefusals[$0] <= most }) else {
        // Even the lowest score is one of too many targets: everything is accepted.
        return scores[0].nextDown
      }
      return scores[cut]
    }
  }

  /// The threshold of the smallest detection cost, the lowest of equal ones.
  package func cheapestThreshold(targetPrior: Double, missCost: Double, falseAlarmCost: Double) -> Double {
    var best = (cost: Double.infinity, threshold: scores[0])
    for cut in cuts {
      let cost =
        missCost * falseRefusals[cut] * targetPrior + falseAlarmCost * falseAcceptances[cut]
        * (1 - targetPrior)
      if cost < best.cost { best = (cost, scores[cut]) }
    }
    // Accepting everything is a choice too.
    return falseAlarmCost * (1 - targetPrior) < best.cost ? scores[0].nextDown : best.threshold
  }
}
