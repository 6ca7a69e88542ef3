// SPDX-License-Identifier: Apache-2.0

/// What a rule's threshold does on other trials than those that it was found on.
package struct CalibrationVerdict: Encodable, Sendable {
  package var rule: ScoringRule
  package var point: OperatingPoint
  /// Between which rates the true false-accept rate lies, at 95 %, if trials are independent.
  package var farInterval: Interval
  /// The false-accept rate that was wanted, or, where another goal was, the one that was found.
  package var promisedFAR: Double
  /// Whether the threshold accepts no more nontargets than was promised; nil where the trials are too few to tell.
  package var holds: Bool?

  /// - Parameters:
  ///   - goal: what the threshold was chosen for.
  ///   - origin: the trials that it was found on.
  init(
    _ rule: Calibration.Rule, _ goal: OperatingGoal, _ origin: Calibration.Origin, scores: [Double],
    targets: [Bool]
  ) {
    self.rule = rule.rule
    point = OperatingPoint(rule.point.threshold, scores: scores, targets: targets)
    let nontargets = targets.count { !$0 }
    farInterval = Interval(errors: point.falseAcceptances, of: nontargets)
    let most: Double
    if case .rate(let wanted) = goal, wanted.kind == .far {
      (promisedFAR, most) = (wanted.rate, wanted.rate)
    } else {
      // What was found is not known exactly either.
      promisedFAR = rule.point.far
      most = Interval(errors: rule.point.falseAcceptances, of: max(1, origin.nontargets)).upper
    }
    if farInterval.lower > most {
      holds = false
    } else if most * Double(nontargets) >= Double(WantedRate.telling) {
      holds = true
    }
  }

  package var words: String {
    let verdict =
      switch holds {
      case true?: "holds"
      case false?: "does not hold"
      case nil: "too few trials to tell"
      }
    func percent(_ share: Double) -> String { Decimals.percent((share * 1e6).rounded() / 1e6) }
    return
      "at \(Decimals.text(point.threshold, places: 4)): FAR \(percent(point.far)) (\(point.falseAcceptances);"
      + " 95 %: \(percent(farInterval.lower)) to \(percent(farInterval.upper))), FRR \(percent(point.frr))"
      + " (\(point.falseRefusals)); FAR of \(percent(promisedFAR)): \(verdict)"
  }
}
