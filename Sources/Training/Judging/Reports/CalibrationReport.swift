// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What `score` says of a calibration that it made or was given.
package struct CalibrationReport: Encodable, Sendable {
  package var file: String
  /// What logarithms of odds cost on these trials, in bits; nil without a logistic rule.
  package var cllr: Double?
  /// The least that any rising function of the score costs.
  package var minCllr: Double
  /// The trials are those that it was made on: figures look better than they will be.
  package var isOptimistic: Bool
  package var calibration: Calibration
  /// What its thresholds do on these trials; nil where they were found on them.
  package var verdicts: [CalibrationVerdict]?
  package var notes: [String]

  /// Finds thresholds and a line on scored trials, to be written to `file`.
  ///
  /// - Parameter draws: whose speakers give the thresholds' intervals.
  static func made(
    of scored: TrialScores, file: String, goal: OperatingGoal, costs: DetectionCosts, draws: SpeakerDraws?
  ) throws(CheckpointError) -> Self {
    let targets = scored.list.trials.map(\.isTarget)
    var intervals: [ScoringRule: Interval] = [:]
    if let draws {
      for (rule, scores) in scored.all { intervals[rule] = draws.interval(of: goal, scores, targets) }
    }
    let (calibration, failure) = try Calibration.fit(scored, goal: goal, costs: costs, intervals: intervals)
    return Self(
      file: file, cllr: calibration.cost(of: scored),
      minCllr: LikelihoodCost.least(scored.scores, targets: targets), isOptimistic: true,
      calibration: calibration,
      notes: failure.map { ["no logistic rule: \($0.words)"] } ?? [])
  }

  /// Judges a calibration on trials.
  ///
  /// - Throws: what reading it throws; `misfit` where it was made with another front end than `embeddings`.
  static func judged(
    _ file: String, on scored: TrialScores, embeddings: String
  ) throws(CheckpointError) -> Self {
    let calibration = try Calibration(file)
    _ = try FrontEndMark.common([(embeddings, scored.embeddings.frontEnd), (file, calibration.frontEnd)])
    if let own = calibration.cohort, let given = scored.cohort, own != given.identity {
      throw CheckpointError(
        .misfit,
        "its scores were normalised by another cohort (\(own.vectors) vectors, top \(own.top)) than `\(given.file)`"
          + " (\(given.identity.vectors), top \(given.identity.top)), and so is its threshold",
        at: .init(file: file), hint: "the cohort and `--top` that it was made with")
    }
    let targets = scored.list.trials.map(\.isTarget)
    var (verdicts, notes): ([CalibrationVerdict], [String]) = ([], [])
    for rule in calibration.rules {
      guard let scores = calibration.scores(rule.rule, of: scored) else {
        notes.append(
          "the rule \(rule.rule.rawValue) of `\(file)` is not judged: it takes the cohort that it was made with (`--cohort`)"
        )
        continue
      }
      verdicts.append(
        CalibrationVerdict(rule, calibration.goal, calibration.trials, scores: scores, targets: targets))
    }
    return Self(
      file: file, cllr: calibration.cost(of: scored),
      minCllr: LikelihoodCost.least(scored.scores, targets: targets),
      isOptimistic: calibration.trials.sha256 == scored.list.digest, calibration: calibration,
      verdicts: verdicts, notes: notes)
  }

  /// Names and what is said of them, for people.
  var lines: [(name: String, words: String)] {
    let least = Decimals.text(minCllr, places: 4)
    let same = isOptimistic ? "; optimistic: found on these very trials" : ""
    var lines = [
      (
        name: "Cllr",
        words: (cllr.map { "\(Decimals.text($0, places: 4)) (minCllr \(least))" } ?? "minCllr \(least)")
          + same
      )
    ]
    if let verdicts {
      lines += verdicts.map { ($0.rule.rawValue, $0.words) }
    } else {
      lines += calibration.rules.map { ($0.rule.rawValue, $0.words) }
      lines.append(("written", file))
    }
    return lines
  }
}

extension Calibration {
  /// The scores that a rule's threshold is of; nil where the trials were not scored so.
  func scores(_ rule: ScoringRule, of scored: TrialScores) -> [Double]? {
    if rule == .logistic, let line {
      return scored.all.first { $0.rule == line.of }?.scores.map(line.calibration.logOdds)
    }
    return scored.all.first { $0.rule == rule }?.scores
  }

  /// Nil without a line, or where the trials were not scored as it wants.
  func cost(of scored: TrialScores) -> Double? {
    scores(.logistic, of: scored).map { LikelihoodCost.of($0, targets: scored.list.trials.map(\.isTarget)) }
  }
}

extension Calibration.Rule {
  var words: String {
    let range = interval.map { " " + $0.text(places: 4) } ?? ""
    let made = line.map { line in
      let sign = line.calibration.offset < 0 ? "-" : "+"
      return ", \(Decimals.text(line.calibration.scale, places: 4)) * \(line.of.rawValue) \(sign)"
        + " \(Decimals.text(line.calibration.offset.magnitude, places: 4))"
    }
    return "threshold \(Decimals.text(point.threshold, places: 4))\(range)\(made ?? "")"
  }
}
