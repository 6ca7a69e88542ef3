// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// What a threshold is chosen for: a rate of errors, or the least cost.
package enum OperatingGoal: Sendable, Equatable {
  case rate(WantedRate)
  case cost(DetectionCosts)
}

extension ErrorRates {
  /// The best threshold for a goal.
  package func threshold(_ goal: OperatingGoal) -> Double {
    switch goal {
    case .rate(let wanted): threshold(wanted)
    case .cost(let costs):
      cheapestThreshold(
        targetPrior: costs.targetPrior, missCost: costs.missCost, falseAlarmCost: costs.falseAlarmCost)
    }
  }
}

extension DetectionCosts {
  /// The share of targets at which errors that cost the same would weigh alike.
  package var effectivePrior: Double {
    let (target, nontarget) = (missCost * targetPrior, falseAlarmCost * (1 - targetPrior))
    return target / (target + nontarget)
  }

  /// Above which logarithm of odds accepting costs less (Bayes).
  package var logOddsThreshold: Double { -log(effectivePrior / (1 - effectivePrior)) }
}

extension OperatingGoal: Encodable {
  private enum Key: String, CodingKey { case goal, rate, targetPrior, missCost, falseAlarmCost }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .rate(let wanted):
      try container.encode(wanted.kind.rawValue, forKey: .goal)
      try container.encode(wanted.rate, forKey: .rate)
    case .cost(let costs):
      try container.encode("cost", forKey: .goal)
      try container.encode(costs.targetPrior, forKey: .targetPrior)
      try container.encode(costs.missCost, forKey: .missCost)
      try container.encode(costs.falseAlarmCost, forKey: .falseAlarmCost)
    }
  }
}

extension OperatingGoal {
  /// The one rate that is wanted, else the least cost.
  ///
  /// - Throws: `wrongWords` where two are wanted.
  package init(_ wanted: [WantedRate], _ costs: DetectionCosts) throws(CheckpointError) {
    guard wanted.count < 2 else {
      throw CheckpointError(
        .wrongWords, "a calibration has one operating point", hint: "`--far` or `--frr`, not both")
    }
    self = wanted.first.map(Self.rate) ?? .cost(costs)
  }
}
