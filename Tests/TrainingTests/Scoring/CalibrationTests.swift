// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// scikit-learn and scipy judge on made-up embeddings: `Tests/Interop/scoring.py`.
@Suite struct CalibrationTests {
  /// Two scores: of four targets one has the lower, of six nontargets four have.
  static let scores = [0, 1, 1, 1, 0, 0, 0, 0, 1, 1].map { Double($0) / 10 + 0.3 }
  static let targets = (0..<10).map { $0 < 4 }

  @Test(arguments: [0.01, 0.5, 0.9])
  func `where scores have two values the line goes through both logarithms of odds`(
    prior: Double
  ) throws {
    let line = try LogisticCalibration(scores: Self.scores, targets: Self.targets, prior: prior)
    #expect(abs(line.logOdds(0.3) - log((1.0 / 4) / (4.0 / 6))) < 1e-10)
    #expect(abs(line.logOdds(0.4) - log((3.0 / 4) / (2.0 / 6))) < 1e-10)
  }

  @Test func `scores that a threshold parts, that are equal or that fall have no line`() {
    let cases: [([Double], [Bool], LogisticCalibration.Failure)] = [
      ([0, 1, 2, 3], [false, false, true, true], .parted),
      ([0, 1, 2, 3], [true, true, false, false], .parted),
      ([0, 1, 1, 3], [false, false, true, true], .parted), ([1, 1, 1], [false, true, true], .parted),
      ([3, 1, 2, 0], [false, false, true, true], .falling),
    ]
    for (scores, targets, failure) in cases {
      #expect(throws: failure) { try LogisticCalibration(scores: scores, targets: targets, prior: 0.1) }
    }
  }

  @Test func `Cllr is 1 for whoever knows nothing, minCllr what pooling leaves`() {
    let none = Self.scores.map { _ in 0.0 }
    #expect(abs(LikelihoodCost.of(none, targets: Self.targets) - 1) < 1e-15)
    #expect(LikelihoodCost.of([.infinity, -.infinity], targets: [true, false]) == 0)
    #expect(LikelihoodCost.of([-2000, 2000], targets: [true, false]) > 2000)
    // Odds of 3/8 and 9/4.
    let least =
      ((log2(1 + 8.0 / 3) + 3 * log2(1 + 4.0 / 9)) / 4 + (4 * log2(1 + 3.0 / 8) + 2 * log2(1 + 9.0 / 4)) / 6)
      / 2
    #expect(abs(LikelihoodCost.least(Self.scores, targets: Self.targets) - least) < 1e-15)
    #expect(LikelihoodCost.least([0, 1, 2, 3], targets: [false, false, true, true]) == 0)
    #expect(abs(LikelihoodCost.least([0, 1, 2, 3], targets: [true, true, false, false]) - 1) < 1e-15)
    #expect(abs(LikelihoodCost.least([5, 5, 5], targets: [true, false, false]) - 1) < 1e-15)
  }

  @Test func `Bayes' threshold follows prior and costs`() throws {
    let costs = try DetectionCosts(targetPrior: 0.01, missCost: 10, falseAlarmCost: 1)
    #expect(abs(costs.effectivePrior - 0.1 / 1.09) < 1e-15)
    #expect(abs(costs.logOddsThreshold - log(9.9)) < 1e-12)
    #expect(try DetectionCosts(targetPrior: 0.5, missCost: 1, falseAlarmCost: 1).logOddsThreshold == 0)
  }

  @Test func `a share's interval is Wilson's`() {
    // scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    for (errors, of, lower, upper) in [
      (0, 10, 0, 0.2775327998628899), (1, 10, 0.0178762131119, 0.4041500268),
      (5, 10, 0.2365930907, 0.7634069093),
      (10, 10, 0.7224672001, 1),
    ] as [(Int, Int, Double, Double)] {
      let interval = Interval(errors: errors, of: of)
      #expect(abs(interval.lower - lower) < 1e-9 && abs(interval.upper - upper) < 1e-9)
    }
  }

  static func made(_ folder: TemporaryFolder, goal: OperatingGoal) throws -> ScoreReport {
    try report(folder, goal: goal, calibration: .make(folder("c.json")))
  }

  static func report(
    _ folder: TemporaryFolder, goal: OperatingGoal, calibration: ScoreReport.CalibrationTask,
    trials: String? = nil
  ) throws -> ScoreReport {
    let voices = try Fixtures.path("score/voices.npz")
    let trials = try trials ?? Fixtures.path("score/trials")
    var (wanted, costs) = (
      [WantedRate](), try DetectionCosts(targetPrior: 0.01, missCost: 1, falseAlarmCost: 1)
    )
    switch goal {
    case .rate(let rate): wanted = [rate]
    case .cost(let other): costs = other
    }
    return try ScoreReport(
      TrialScores(embeddings: voices, trials: trials), embeddings: voices, trials: trials, costs: costs,
      wanted: wanted, calibration: calibration)
  }

  @Test func `a calibration survives its file, and says so of its own trials`() throws {
    let folder = try TemporaryFolder()
    let goals: [OperatingGoal] = [
      .rate(try WantedRate(.far, 0.05)), .rate(try WantedRate(.frr, 0.05)),
      .cost(try DetectionCosts(targetPrior: 0.05, missCost: 2, falseAlarmCost: 1)),
    ]
    for goal in goals {
      let made = try #require(try Self.made(folder, goal: goal).calibration)
      #expect(made.isOptimistic)
      #expect(made.calibration.frontEnd == "fbank")
      try made.calibration.write(to: folder("c.json"), replacing: true)
      #expect(try Calibration(folder("c.json")) == made.calibration)
      let judged = try #require(
        try Self.report(folder, goal: goal, calibration: .judge(folder("c.json"))).calibration)
      #expect(judged.isOptimistic)
      #expect(judged.cllr == made.cllr)
      #expect(judged.verdicts?.map(\.point) == made.calibration.rules.map(\.point))
      #expect(judged.verdicts?.allSatisfy { $0.holds != false } == true)
    }
  }

  @Test func `on other trials the old threshold is held against what it promised`() throws {
    let folder = try TemporaryFolder()
    let goal = OperatingGoal.rate(try WantedRate(.far, 0.1))
    let made = try #require(try Self.made(folder, goal: goal).calibration)
    try made.calibration.write(to: folder("c.json"), replacing: false)
    // Of the nontargets those alone that the threshold lets through, and some others.
    let scored = try TrialScores(
      embeddings: Fixtures.path("score/voices.npz"), trials: Fixtures.path("score/trials"))
    let threshold = try #require(made.calibration[.cosine]?.point.threshold)
    func verdict(_ accepted: Int, _ refused: Int) throws -> CalibrationVerdict {
      var (lines, left) = ("", (accepted, refused))
      for (trial, score) in zip(scored.list.trials, scored.scores) {
        if trial.isTarget {
          lines += "\(trial.enrol) \(trial.test) 1\n"
        } else if score > threshold, left.0 > 0 {
          left.0 -= 1
          lines += "\(trial.enrol) \(trial.test) 0\n"
        } else if score <= threshold, left.1 > 0 {
          left.1 -= 1
          lines += "\(trial.enrol) \(trial.test) 0\n"
        }
      }
      #expect(left == (0, 0))
      try File.write(Array(lines.utf8), to: folder("t.txt"))
      let report = try Self.report(
        folder, goal: goal, calibration: .judge(folder("c.json")), trials: folder("t.txt"))
      #expect(report.calibration?.isOptimistic == false)
      return try #require(report.calibration?.verdicts?.first)
    }
    #expect(try verdict(35, 365).holds == true)
    #expect(try verdict(40, 100).holds == false)
    #expect(try verdict(40, 100).point.far == 40.0 / 140)
    #expect(try verdict(3, 40).holds == nil)
  }

  @Test func `a file that is no calibration, or of another front end, is refused`() throws {
    let folder = try TemporaryFolder()
    let goal = OperatingGoal.rate(try WantedRate(.far, 0.1))
    let made = try #require(try Self.made(folder, goal: goal).calibration)
    try made.calibration.write(to: folder("c.json"), replacing: false)
    let text = String(decoding: try File.bytes(at: folder("c.json")), as: UTF8.self)
    for (old, new, code) in [
      ("\"schema\":1", "\"schema\":2", CheckpointError.Code.unsupported),
      ("\"schema\":1", "\"schema\":\"1\"", .corrupt),
      ("\"rate\":0.1", "\"rate\":2", .corrupt), ("\"prior\"", "\"prio\"", .corrupt),
      ("\"far\",\"rate", "\"war\",\"rate", .corrupt), ("\"fbank\"", "\"fbank-sherpa\"", .misfit),
      ("{", "", .corrupt), ("\"of\":\"cosine\"", "\"of\":\"logistic\"", .corrupt),
    ] {
      let changed = text.replacing(old, with: new, maxReplacements: 1)
      #expect(changed != text, "\(old)")
      try File.write(Array(changed.utf8), to: folder("w.json"))
      let error = #expect(throws: CheckpointError.self) {
        try Self.report(folder, goal: goal, calibration: .judge(folder("w.json")))
      }
      #expect(error?.code == code, "\(new)")
      #expect(error?.location.file == folder("w.json"))
    }
    // Where nothing is known of the features nothing is refused.
    try File.write(
      Array(text.replacing("\"frontEnd\":\"fbank\"", with: "\"frontEnd\":null").utf8), to: folder("n.json"))
    _ = try Self.report(folder, goal: goal, calibration: .judge(folder("n.json")))
  }
}
