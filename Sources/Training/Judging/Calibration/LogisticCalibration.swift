// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A score as a logarithm of odds: `scale * score + offset`, the natural logarithm of how much likelier it is of one speaker than
/// of two.
///
/// Logistic regression with both kinds of trials weighted as in use: what it makes small is
/// `prior * mean over targets of log(1 + exp(-l)) + (1 - prior) * mean over nontargets of log(1 + exp(l))` with
/// `l = scale * score + offset + log(prior / (1 - prior))` (N. Brümmer and J. du Preez, "Application-independent evaluation
/// of speaker detection", Computer Speech and Language 20, 2006; the objective of FoCal and BOSARIS).
package struct LogisticCalibration: Sendable, Equatable {
  package let scale: Double
  package let offset: Double

  package init(scale: Double, offset: Double) {
    self.scale = scale
    self.offset = offset
  }

  package func logOdds(_ score: Double) -> Double { scale * score + offset }

  /// Why no such line can be found.
  package enum Failure: Error {
    /// A threshold parts both kinds without an error, or all scores are equal: steeper is better without end, or nothing is.
    case parted
    /// Targets have the lower scores.
    case falling
    case unsettled

    package var words: String {
      switch self {
      case .parted: "a threshold parts targets and nontargets without an error, so no slope is the best"
      case .falling: "targets have the lower scores"
      case .unsettled: "Newton's method does not settle"
      }
    }
  }

  /// Finds the line by Newton's method, in scores of mean 0 and deviation 1, steps halved until they help.
  ///
  /// - Parameter prior: the share of targets in use, costs counted in.
  package init(scores: [Double], targets: [Bool], prior: Double) throws(Failure) {
    guard Self.overlaps(scores, targets) else { throw .parted }
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let targetCount = Double(targets.count { $0 })
    let objective = Objective(
      values: scores.map { ($0 - mean) / deviation }, targets: targets,
      targetWeight: prior / targetCount, nontargetWeight: (1 - prior) / (count - targetCount),
      shift: log(prior / (1 - prior)))
    guard let (slope, height) = objective.minimum() else { throw .unsettled }
    guard slope > 0 else { throw .falling }
    self.init(scale: slope / deviation, offset: height - slope * mean / deviation)
  }

  /// Whether some target lies below some nontarget and some above: only then is there a best line.
  private static func overlaps(_ scores: [Double], _ targets: [Bool]) -> Bool {
    var (target, nontarget) = (
      (low: Double.infinity, high: -Double.infinity), (low: Double.infinity, high: -Double.infinity)
    )
    for (score, isTarget) in zip(scores, targets) {
      if isTarget {
        target = (min(target.low, score), max(target.high, score))
      } else {
        nontarget = (min(nontarget.low, score), max(nontarget.high, score))
      }
    }
    return target.low < nontarget.high && nontarget.low < target.high
  }

  private struct Objective {
    let values: [Double]
    let targets: [Bool]
    let targetWeight: Double
    let nontargetWeight: Double
    let shift: Double

    func loss(_ slope: Double, _ height: Double) -> Double {
      var sum = 0.0
      for (value, isTarget) in zip(values, targets) {
        let odds = slope * value + height + shift
        sum += isTarget ? targetWeight * softplus(-odds) : nontargetWeight * softplus(odds)
      }
      return sum
    }

    /// Nil where a hundred steps do not get there.
    func minimum() -> (slope: Double, height: Double)? {
      var (slope, height) = (0.0, 0.0)
      var least = loss(slope, height)
      for _ in 0..<100 {
        var (slopeGradient, heightGradient) = (0.0, 0.0)
        var (a, b, c) = (0.0, 0.0, 0.0)
        for (value, isTarget) in zip(values, targets) {
          let share = 1 / (1 + exp(-(slope * value + height + shift)))
          let weight = isTarget ? targetWeight : nontargetWeight
          let error = weight * (share - (isTarget ? 1 : 0))
          slopeGradient += error * value
          heightGradient += error
          let curve = weight * share * (1 - share)
          a += curve * value * value
          b += curve * value
          c += curve
        }
        let determinant = a * c - b * b
        guard determinant > 0 else { return nil }
        let step = (
          slope: (c * slopeGradient - b * heightGradient) / determinant,
          height: (a * heightGradient - b * slopeGradient) / determinant
        )
        // What is left to gain, as Newton sees it: beyond what sums of doubles resolve.
        let gain = step.slope * slopeGradient + step.height * heightGradient
        guard gain.isFinite else { return nil }
        var share = 1.0
        while share > 1e-10 {
          let next = loss(slope - share * step.slope, height - share * step.height)
          if next <= least { break }
          share /= 2
        }
        if share > 1e-10 {
          slope -= share * step.slope
          height -= share * step.height
          least = loss(slope, height)
        }
        if gain <= 1e-15 * least { return (slope, height) }
        if share <= 1e-10 { return gain <= 1e-9 * least ? (slope, height) : nil }
      }
      return nil
    }

    /// log(1 + exp(x)) without overflow.
    private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }
  }
}
