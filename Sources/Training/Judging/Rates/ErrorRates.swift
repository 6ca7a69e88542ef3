// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How often a threshold errs, at every cut between sorted scores: EER and minDCF by upstream's formulas
/// (3D-Speaker, `speakerlab/utils/score_metrics.py`).
package struct ErrorRates: Sendable {
  /// Scores in ascending order; equal ones keep the order of the trials.
  package let scores: [Double]
  /// At cut i: the share of targets up to and with score i, all refused.
  package let falseRefusals: [Double]
  /// At cut i: the share of nontargets above score i, all accepted.
  package let falseAcceptances: [Double]

  /// - Throws: `misfit` where there is no target or no nontarget, or a score is not a finite number.
  package init(scores: [Double], targets: [Bool]) throws(CheckpointError) {
    precondition(scores.count == targets.count)
    let targetCount = targets.count { $0 }
    guard targetCount > 0, targetCount < targets.count else {
      throw CheckpointError(
        .misfit, "\(targetCount) of \(targets.count) trials are targets; an error rate needs both kinds",
        hint: "a trial list with targets and nontargets")
    }
    guard scores.allSatisfy(\.isFinite) else {
      throw CheckpointError(.misfit, "a score is not a finite number")
    }
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    self.init(
      rising: order.map { scores[$0] }, order.map { targets[$0] },
      total: (targetCount, targets.count - targetCount)
    ) { _ in 1 }
  }

  /// Trials that count as often as they weigh, as if each stood so often in the list; what weighs nothing is left out.
  /// Nil where no target or no nontarget weighs anything.
  ///
  /// - Parameter scores: rising.
  package init?(rising scores: [Double], targets: [Bool], weights: [Int]) {
    precondition(scores.count == targets.count && scores.count == weights.count)
    var total = (targets: 0, nontargets: 0)
    for (isTarget, weight) in zip(targets, weights) {
      if isTarget { total.targets += weight } else { total.nontargets += weight }
    }
    guard total.targets > 0, total.nontargets > 0 else { return nil }
    self.init(rising: scores, targets, total: total) { weights[$0] }
  }

  private init(
    rising all: [Double], _ targets: [Bool], total: (targets: Int, nontargets: Int),
    weight: (Int) -> Int
  ) {
    var (refused, passed) = (0, 0)
    var (scores, refusals, acceptances): ([Double], [Double], [Double]) = ([], [], [])
    scores.reserveCapacity(all.count)
    refusals.reserveCapacity(all.count)
    acceptances.reserveCapacity(all.count)
    for index in all.indices {
      let weight = weight(index)
      guard weight > 0 else { continue }
      if targets[index] { refused += weight } else { passed += weight }
      scores.append(all[index])
      refusals.append(Double(refused) / Double(total.targets))
      acceptances.append(1 - Double(passed) / Double(total.nontargets))
    }
    self.scores = scores
    falseRefusals = refusals
    falseAcceptances = acceptances
  }

  /// The cuts that a threshold can make: none lies between equal scores.
  package var cuts: [Int] {
    scores.indices.filter { $0 + 1 == scores.count || scores[$0] < scores[$0 + 1] }
  }

  /// The equal error rate and the score at which it is reached.
  ///
  /// Interpolated between the first cut with refusals >= acceptances and the last with refusals < acceptances; where
  /// there is no such last cut (the lowest score decides at once), the rate at the first.
  package var equalErrorRate: (rate: Double, threshold: Double) {
    let cuts = falseRefusals.indices
    // At the last cut everything is refused and nothing accepted, so a first one always exists.
    let first = cuts.first { falseRefusals[$0] >= falseAcceptances[$0] } ?? cuts.upperBound - 1
    let (refused, accepted) = (falseRefusals[first], falseAcceptances[first])
    guard let last = cuts.last(where: { falseRefusals[$0] < falseAcceptances[$0] }) else {
      return (refused, scores[first])
    }
    let (lastRefused, lastAccepted) = (falseRefusals[last], falseAcceptances[last])
    let share = (refused - accepted) / (lastAccepted - accepted - (lastRefused - refused))
    return (refused + share * (lastRefused - refused), scores[first])
  }

  /// The smallest detection cost over the cuts, as a share of what refusing or accepting everything costs.
  package func minimumCost(
    targetPrior: Double, missCost: Double = 1, falseAlarmCost: Double = 1
  ) -> Double {
    let costs = zip(falseRefusals, falseAcceptances).map { refused, accepted in
      missCost * refused * targetPrior + falseAlarmCost * accepted * (1 - targetPrior)
    }
    let blind = min(missCost * targetPrior, falseAlarmCost * (1 - targetPrior))
    return (costs.min() ?? blind) / blind
  }
}
