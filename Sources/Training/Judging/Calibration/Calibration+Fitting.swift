// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Calibration {
  /// Finds the threshold of each rule on scored trials; a failure says why there is no logistic one.
  ///
  /// - Parameters:
  ///   - costs: of what the line is fitted for, and its threshold where the goal is the least cost.
  ///   - intervals: of the threshold of each rule but the logistic one, where speakers were drawn.
  static func fit(
    _ scored: TrialScores, goal: OperatingGoal, costs: DetectionCosts, intervals: [ScoringRule: Interval]
  ) throws(CheckpointError) -> (calibration: Self, failure: LogisticCalibration.Failure?) {
    let targets = scored.list.trials.map(\.isTarget)
    let prior = costs.effectivePrior
    var rules: [Rule] = []
    for (rule, scores) in scored.all {
      let threshold = try ErrorRates(scores: scores, targets: targets).threshold(goal)
      rules.append(
        Rule(
          rule: rule, point: OperatingPoint(threshold, scores: scores, targets: targets),
          interval: intervals[rule]))
    }
    var failure: LogisticCalibration.Failure?
    do {
      let line = try LogisticCalibration(scores: scored.scores, targets: targets, prior: prior)
      rules.append(rule(line, of: scored.rule, scored.scores, targets, goal, costs, rules))
    } catch { failure = error }
    let origin = Origin(
      sha256: scored.list.digest, targets: scored.list.targets,
      nontargets: scored.list.trials.count - scored.list.targets)
    let calibration = Self(
      frontEnd: scored.embeddings.frontEnd, goal: goal, prior: prior, trials: origin, rules: rules,
      cohort: scored.cohort?.identity)
    return (calibration, failure)
  }

  /// For a wanted rate the threshold of the score itself, through the line; for the least cost Bayes' own, which no trial moves.
  private static func rule(
    _ line: LogisticCalibration, of rule: ScoringRule, _ scores: [Double], _ targets: [Bool],
    _ goal: OperatingGoal, _ costs: DetectionCosts, _ others: [Rule]
  ) -> Rule {
    let odds = scores.map(line.logOdds)
    let score = others.first { $0.rule == rule }
    switch goal {
    case .rate:
      // The errors are the score's own: through the line, rounding could part what is equal.
      var point = score?.point ?? OperatingPoint(0, scores: odds, targets: targets)
      point.threshold = line.logOdds(point.threshold)
      let interval = score?.interval.map {
        Interval(lower: line.logOdds($0.lower), upper: line.logOdds($0.upper))
      }
      return Rule(rule: .logistic, point: point, interval: interval, line: (line, rule))
    case .cost:
      return Rule(
        rule: .logistic, point: OperatingPoint(costs.logOddsThreshold, scores: odds, targets: targets),
        interval: nil, line: (line, rule))
    }
  }
}

extension TrialList {
  /// SHA-256 of the trials, whatever their order: lines `<enrol> <test> target` or `nontarget`, sorted by their bytes.
  var digest: Text {
    let lines = trials.map { "\($0.enrol) \($0.test) \($0.isTarget ? "target" : "nontarget")\n" as Text }
      .sorted()
    return Text(SHA256.of(lines.flatMap(\.bytes)).hexadecimal)
  }
}
