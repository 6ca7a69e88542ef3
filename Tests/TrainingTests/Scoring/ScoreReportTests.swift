// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct ScoreReportTests {
  /// Two speakers at right angles; `c` lies between them.
  static func withFiles(_ trials: String, _ body: (_ npz: String, _ list: String) throws -> Void) throws {
    try Fixtures.withFolder { folder in
      var embeddings = Embeddings()
      for (name, vector) in [("a1", [1, 0]), ("a2", [2, 0.5]), ("b1", [0, 1]), ("b2", [0.5, 3])]
        as [(String, [Float])]
      {
        try embeddings.add(vector, named: Text(name))
      }
      try embeddings.write(to: folder + "/e.npz", replacing: false)
      try File.write(Array(trials.utf8), to: folder + "/t.txt")
      try body(folder + "/e.npz", folder + "/t.txt")
    }
  }

  static func report(_ npz: String, _ list: String) throws -> ScoreReport {
    try ScoreReport(
      TrialScores(embeddings: npz, trials: list), embeddings: npz, trials: list,
      costs: .init(targetPrior: 0.01, missCost: 1, falseAlarmCost: 1))
  }

  @Test func `speakers at right angles are told apart`() throws {
    try Self.withFiles("a1 a2 1\nb1.wav x/b2.wav target\na1 b1 0\na2 b2 nontarget\n") { npz, list throws in
      let report = try Self.report(npz, list)
      #expect(report.eer == 0)
      #expect(report.minDCF == 0)
      #expect((report.targets, report.nontargets) == (2, 2))
      #expect(report.text.hasPrefix("trials  4 (2 target, 2 nontarget)\nEER     0.00 % at 0.3987"))
      #expect(try JSONText.of(report).contains("\"schema\":1"))
    }
  }

  @Test func `every trial's score is written, and never over a file`() throws {
    try Self.withFiles("a1 a2 1\na1 b1 nontarget\n") { npz, list throws in
      let scored = try TrialScores(embeddings: npz, trials: list)
      try scored.write(to: list + ".score", replacing: false)
      let text = try String(decoding: FileSystem.bytes(of: list + ".score", limit: 1000), as: UTF8.self)
      #expect(text == "a1 a2 target 0.97014\na1 b1 nontarget 0.00000\n")
      #expect(throws: CheckpointError(.wouldOverwrite, "")) {
        try scored.write(to: list + ".score", replacing: false)
      }
      try scored.write(to: list + ".score", replacing: true)
    }
  }

  @Test func `errors name the trial list and its line`() throws {
    try Self.withFiles("a1 a2 1\na1 b9 0\n") { npz, list throws in
      let error = #expect(throws: CheckpointError.self) {
        try Self.report(npz, list)
      }
      #expect(error?.location == .init(file: list, member: "line 2", key: "b9"))
      #expect(throws: CheckpointError(.unreadable, "")) {
        try Self.report(npz, list + "x")
      }
    }
  }

  @Test func `priors and costs beyond sense are wrong words`() {
    for (prior, cost) in [(0, 1), (1, 1), (.nan, 1), (0.5, 0), (0.5, -1), (0.5, .infinity)]
      as [(Double, Double)]
    {
      #expect(throws: CheckpointError(.wrongWords, "")) {
        try DetectionCosts(targetPrior: prior, missCost: cost, falseAlarmCost: 1)
      }
    }
  }

  @Test func `decimals are rounded and padded`() {
    let cases: [(Double, Int, String)] = [
      (0, 2, "0.00"), (0.005, 2, "0.01"), (12.3456, 2, "12.35"), (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"),
      (7, 0, "7"), (.nan, 2, "NaN"), (-.infinity, 2, "-Infinity"), (0.0999, 3, "0.100"),
    ]
    for (value, places, text) in cases { #expect(Decimals.text(value, places: places) == text) }
  }
}
