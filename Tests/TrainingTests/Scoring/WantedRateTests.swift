// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

@Suite struct WantedRateTests {
  /// Targets at 0.4, 0.5, 0.7, 0.8, 0.9; nontargets at 0.1, 0.2, 0.3, 0.3, 0.6 and five below.
  static let scores = [0.4, 0.5, 0.7, 0.8, 0.9, 0.1, 0.2, 0.3, 0.3, 0.6, 0, -0.1, -0.2, -0.3, -0.4]
  static let targets = (0..<15).map { $0 < 5 }

  static func point(_ kind: WantedRate.Kind, _ rate: Double) throws -> OperatingPoint {
    let rates = try ErrorRates(scores: scores, targets: targets)
    return OperatingPoint(rates.threshold(try WantedRate(kind, rate)), scores: scores, targets: targets)
  }

  @Test(arguments: [
    // One of ten is 10 %; equal scores go together, so 20 % of errors cannot be had.
    (WantedRate.Kind.far, 0.1, 0.3, 1, 0), (.far, 0.2, 0.3, 1, 0), (.far, 0.3, 0.2, 3, 0),
    (.far, 0.05, 0.6, 0, 2),
    // Below the lowest target all are accepted: the highest score that is no target's.
    (.frr, 0.1, 0.3, 1, 0), (.frr, 0.2, 0.4, 1, 1), (.frr, 0.5, 0.6, 0, 2), (.frr, 0.999, 0.8, 0, 4),
  ])
  func `the threshold is the best that keeps to the rate`(
    kind: WantedRate.Kind, rate: Double, threshold: Double, accepted: Int, refused: Int
  ) throws {
    let point = try Self.point(kind, rate)
    #expect(point.threshold == threshold)
    #expect((point.falseAcceptances, point.falseRefusals) == (accepted, refused))
    #expect(point.far == Double(accepted) / 10)
    #expect(point.frr == Double(refused) / 5)
  }

  @Test func `where the lowest score is a target's, refusing none accepts everything`() throws {
    let (scores, targets) = ([0.1, 0.2, 0.3], [true, false, true])
    let rates = try ErrorRates(scores: scores, targets: targets)
    let point = OperatingPoint(
      rates.threshold(try WantedRate(.frr, 0.4)), scores: scores, targets: targets)
    #expect(point.threshold < 0.1)
    #expect((point.far, point.frr) == (1, 0))
  }

  @Test func `the rule of 30 says how many trials tell a rate`() throws {
    #expect(try WantedRate(.far, 0.01).needed == 3000)
    #expect(try WantedRate(.far, 0.001).needed == 30_000)
    #expect(try WantedRate(.far, 0.07).needed == 429)
    #expect(try WantedRate(.far, 1e-300).needed == 1_000_000_000_000_000)
    #expect(try WantedRate(.far, 0.01).isTold(by: 3000))
    #expect(try !WantedRate(.far, 0.01).isTold(by: 2999))
    for rate in [0, 1, -0.1, 2, Double.nan] {
      #expect(throws: CheckpointError(.wrongWords, "")) { try WantedRate(.frr, rate) }
    }
  }

  @Test func `hundredths are written without needless decimals`() {
    for (share, text) in [
      (0.001, "0.1 %"), (0.07, "7 %"), (1, "100 %"), (0, "0 %"), (0.0025, "0.25 %"), (0.1, "10 %"),
    ] {
      #expect(Decimals.percent(share) == text)
    }
  }

  @Test func `the cheapest threshold has the smallest cost`() throws {
    let rates = try ErrorRates(scores: Self.scores, targets: Self.targets)
    // Costs of a target that is refused and a nontarget that is accepted are 0.1 and 0.05; 0.001 and 0.099.
    #expect(rates.cheapestThreshold(targetPrior: 0.5, missCost: 1, falseAlarmCost: 1) == 0.3)
    #expect(rates.cheapestThreshold(targetPrior: 0.01, missCost: 1, falseAlarmCost: 1) == 0.6)
    #expect(rates.cheapestThreshold(targetPrior: 0.9999, missCost: 1000, falseAlarmCost: 1) == 0.3)
    let reversed = try ErrorRates(scores: [1, 0], targets: [false, true])
    #expect(reversed.cheapestThreshold(targetPrior: 0.9, missCost: 1, falseAlarmCost: 1) < 0)
  }
}
