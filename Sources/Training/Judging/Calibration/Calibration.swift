// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Thresholds that were found on one list of trials, to be used on others: a `calibration.json`.
package struct Calibration: Sendable, Equatable, Encodable {
  /// A threshold for one way to score.
  package struct Rule: Sendable, Equatable {
    package var rule: ScoringRule
    /// A trial is accepted above it; how it errs on the trials of the calibration.
    package var point: OperatingPoint
    /// In which 95 of 100 draws of the speakers put it; nil where it does not depend on them, or none were drawn.
    package var interval: Interval?
    /// For `logistic` the line, and which score it is of.
    package var line: (calibration: LogisticCalibration, of: ScoringRule)?

    package static func == (left: Self, right: Self) -> Bool {
      left.rule == right.rule && left.point == right.point && left.interval == right.interval
        && left.line?.calibration == right.line?.calibration && left.line?.of == right.line?.of
    }
  }

  /// The list that it was found on.
  package struct Origin: Sendable, Equatable, Encodable {
    /// Of the list's trials, whatever their order.
    package var sha256: Text
    package var targets: Int
    package var nontargets: Int
  }

  package static let schema = 1

  /// The word of the front end that the embeddings were made with; nil where it is not known.
  package var frontEnd: Text?
  package var goal: OperatingGoal
  /// The share of targets that the line was fitted for, costs counted in.
  package var prior: Double
  package var trials: Origin
  package var rules: [Rule]
  /// What normalised scores, if rules have any, were normalised by.
  package var cohort: Cohort.Identity?

  package subscript(rule: ScoringRule) -> Rule? { rules.first { $0.rule == rule } }

  /// The line, and which score it is of.
  package var line: (calibration: LogisticCalibration, of: ScoringRule)? { self[.logistic]?.line }

  private enum Key: String, CodingKey { case schema, frontEnd, operatingPoint, prior, trials, rules, cohort }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.schema, forKey: .schema)
    if let frontEnd {
      try container.encode(frontEnd, forKey: .frontEnd)
    } else {
      try container.encodeNil(forKey: .frontEnd)
    }
    try container.encode(goal, forKey: .operatingPoint)
    try container.encode(prior, forKey: .prior)
    try container.encode(trials, forKey: .trials)
    try container.encode(rules, forKey: .rules)
    try container.encodeIfPresent(cohort, forKey: .cohort)
  }

  /// - Throws: `wouldOverwrite` where the file exists and may not be replaced; `unwritable`.
  package func write(to path: String, replacing: Bool) throws(CheckpointError) {
    let output = try OutputFile(path, replacing: replacing, inputs: [])
    try output.write(Array(try JSONText.of(self).utf8), at: 0)
    try output.commit()
  }
}

extension Calibration.Rule: Encodable {
  private enum Key: String, CodingKey {
    case rule, threshold, far, frr, falseAcceptances, falseRefusals, interval, scale, offset, of
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rule, forKey: .rule)
    try container.encode(point.threshold, forKey: .threshold)
    try container.encode(point.far, forKey: .far)
    try container.encode(point.frr, forKey: .frr)
    try container.encode(point.falseAcceptances, forKey: .falseAcceptances)
    try container.encode(point.falseRefusals, forKey: .falseRefusals)
    if let interval {
      try container.encode(interval, forKey: .interval)
    } else {
      try container.encodeNil(forKey: .interval)
    }
    guard let line else { return }
    try container.encode(line.calibration.scale, forKey: .scale)
    try container.encode(line.calibration.offset, forKey: .offset)
    try container.encode(line.of, forKey: .of)
  }
}
