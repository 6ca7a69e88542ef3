// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Where the figures of a list lie in 95 of 100 draws of its speakers.
package struct BootstrapReport: Codable, Sendable {
  package var draws: Int
  /// Draws that had targets and nontargets: the others have no rates.
  package var used: Int
  package var seed: UInt64
  package var speakers: Int
  package var speakersFrom: TrialSpeakers.Source
  package var eer: Interval
  package var minDCF: Interval
  /// Of the EER.
  package var threshold: Interval

  /// Fewer speakers than this give no interval to rely on.
  private static let few = 20

  package var note: String? {
    guard speakers < Self.few else { return nil }
    return
      "\(speakers) speaker\(speakers == 1 ? " is" : "s are") few: an interval is to be relied on from \(Self.few) on"
  }

  /// How the speakers are known, for people.
  var words: String {
    let part = used == draws ? "" : ", \(draws - used) of them without targets or nontargets passed over"
    return
      "in parentheses: \(draws) draws\(part) of \(speakers) speakers (\(speakersFrom.rawValue)), seed \(seed)"
  }

  /// Also gives the interval of each threshold that is wanted.
  ///
  /// - Throws: `misfit` where no draw has targets and nontargets.
  static func judge(
    scores: [Double], targets: [Bool], _ draws: SpeakerDraws, _ costs: DetectionCosts,
    _ wanted: [WantedRate]
  ) throws(CheckpointError) -> (report: Self, thresholds: [Interval]) {
    var (eers, minima, thresholds): ([Double], [Double], [Double]) = ([], [], [])
    var others = wanted.map { _ in [Double]() }
    draws.forEach(scores, targets) { rates in
      let (eer, threshold) = rates.equalErrorRate
      eers.append(eer)
      thresholds.append(threshold)
      minima.append(rates.minimumCost(costs))
      for (place, rate) in wanted.enumerated() { others[place].append(rates.threshold(rate)) }
    }
    guard let eer = Interval(of: eers), let minDCF = Interval(of: minima),
      let threshold = Interval(of: thresholds)
    else {
      throw CheckpointError(
        .misfit, "no draw of its \(draws.speakers.count) speakers has targets and nontargets",
        hint: "trials of more speakers, or no `--bootstrap`")
    }
    let report = Self(
      draws: draws.draws, used: eers.count, seed: draws.seed, speakers: draws.speakers.count,
      speakersFrom: draws.speakers.source, eer: eer, minDCF: minDCF, threshold: threshold)
    return (report, others.compactMap { Interval(of: $0) })
  }
}

extension ErrorRates {
  func minimumCost(_ costs: DetectionCosts) -> Double {
    minimumCost(
      targetPrior: costs.targetPrior, missCost: costs.missCost, falseAlarmCost: costs.falseAlarmCost)
  }
}
