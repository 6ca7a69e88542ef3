// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How well embeddings tell speakers apart on a trial list.
package struct ScoreReport: Encodable, Sendable {
  package var schema = 1
  package var embeddings: String
  package var trials: String
  /// What made the features, as a text; null where the embeddings do not tell.
  package var frontEnd: JSONValue
  package var targets: Int
  package var nontargets: Int
  /// The equal error rate, a share of 1.
  package var eer: Double
  /// The score at which it is reached.
  package var threshold: Double
  package var minDCF: Double
  package var targetPrior: Double
  package var missCost: Double
  package var falseAlarmCost: Double
  package var det: DetectionTradeoff
  /// The thresholds of wanted rates; nil where none was asked for.
  package var points: [WantedPoint]?
  /// Nil where it was not asked for.
  package var bootstrap: BootstrapReport?
  /// Nil where none was made or given.
  package var calibration: CalibrationReport?
  /// What the scores are: cosines, or normalised ones.
  package var rule: ScoringRule
  /// Nil without one.
  package var cohort: CohortReport?
  /// Nil where none were named.
  package var strangers: StrangerReport?

  /// What is to be done about a calibration, and the file.
  package enum CalibrationTask: Sendable {
    /// Made of these trials, to be written there.
    case make(String)
    /// Read, and judged on these trials.
    case judge(String)
  }

  /// Judges scored trials; `embeddings` and `trials` are the files that they came from.
  package init(
    _ scored: TrialScores, embeddings: String, trials: String, costs: DetectionCosts,
    wanted: [WantedRate] = [],
    draws: SpeakerDraws? = nil, calibration task: CalibrationTask? = nil, strangers: Strangers? = nil
  ) throws(CheckpointError) {
    let list = scored.list
    let (scores, isTarget) = (scored.scores, list.trials.map(\.isTarget))
    let rates: ErrorRates
    var thresholds: [Interval]?
    do {
      rates = try ErrorRates(scores: scores, targets: isTarget)
      if let draws {
        let drawn = try BootstrapReport.judge(scores: scores, targets: isTarget, draws, costs, wanted)
        (bootstrap, thresholds) = (drawn.report, drawn.thresholds)
      }
      switch task {
      case .make(let file):
        calibration = try .made(
          of: scored, file: file, goal: try OperatingGoal(wanted, costs), costs: costs, draws: draws)
      case .judge(let file): calibration = try .judged(file, on: scored, embeddings: embeddings)
      case nil: break
      }
      cohort = try CohortReport(scored, costs)
    } catch {
      throw error.at(file: trials)
    }
    if !wanted.isEmpty {
      points = wanted.enumerated().map { place, rate in
        WantedPoint(rate, rates, scores: scores, targets: isTarget, interval: thresholds?[place])
      }
    }
    self.embeddings = embeddings
    self.trials = trials
    frontEnd = scored.embeddings.frontEnd.map(JSONValue.string) ?? .null
    targets = list.targets
    nontargets = list.trials.count - list.targets
    (eer, threshold) = rates.equalErrorRate
    minDCF = rates.minimumCost(costs)
    targetPrior = costs.targetPrior
    missCost = costs.missCost
    falseAlarmCost = costs.falseAlarmCost
    det = DetectionTradeoff(rates)
    rule = scored.rule
    if let strangers {
      let given = calibration?.verdicts == nil ? nil : calibration?.calibration[scored.rule]
      self.strangers = StrangerReport(
        strangers, threshold: given?.point.threshold ?? points?.first?.point.threshold ?? threshold)
    }
  }

  /// A line a figure, for people.
  package var text: String {
    var lines = FigureLines()
    if case .string(let word) = frontEnd { lines.add("front end", "\(word)") }
    lines.add("trials", "\(targets + nontargets) (\(targets) target, \(nontargets) nontarget)")
    func range(_ interval: Interval?, places: Int, scale: Double = 1) -> String {
      interval.map { " " + $0.text(places: places, scale: scale) } ?? ""
    }
    lines.add(
      "EER",
      "\(Decimals.text(eer * 100, places: 2)) %\(range(bootstrap?.eer, places: 2, scale: 100))"
        + " at \(Decimals.text(threshold, places: 4))\(range(bootstrap?.threshold, places: 4))")
    lines.add(
      "minDCF",
      "\(Decimals.text(minDCF, places: 4))\(range(bootstrap?.minDCF, places: 4)) (p_target \(targetPrior), c_miss \(missCost), c_fa \(falseAlarmCost))"
    )
    for line in cohort?.lines ?? [] { lines.add(line.name, line.words) }
    for point in points ?? [] { lines.add(point.line.name, point.line.words) }
    for line in calibration?.lines ?? [] { lines.add(line.name, line.words) }
    if let strangers { lines.add("strangers", strangers.words) }
    if let bootstrap { lines.add("95 %", bootstrap.words) }
    return lines.text
  }

  /// What does not hold as firmly as its figures look, a line each.
  package var notes: [String] {
    ((points ?? []).map(\.note) + [bootstrap?.note]).compactMap { $0 } + (calibration?.notes ?? [])
      + (cohort?.notes ?? [])
  }
}
