// SPDX-License-Identifier: Apache-2.0

extension SpeakerDraws {
  /// Where the threshold for a goal lies in 95 of 100 draws; nil where no draw has targets and nontargets.
  func interval(of goal: OperatingGoal, _ scores: [Double], _ targets: [Bool]) -> Interval? {
    var thresholds: [Double] = []
    forEach(scores, targets) { thresholds.append($0.threshold(goal)) }
    return Interval(of: thresholds)
  }
}
