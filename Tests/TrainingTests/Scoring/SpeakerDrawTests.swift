// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct SpeakerDrawTests {
  /// Scores of a list whose recordings have the same vector each; only who speaks matters here.
  static func scored(_ folder: TemporaryFolder, _ trials: String) throws -> TrialScores {
    var embeddings = Embeddings()
    for name in Set(trials.split(whereSeparator: \.isWhitespace).map(String.init)).sorted()
    where name.count > 1 {
      try embeddings.add([1, 2], named: Text(name))
    }
    try embeddings.write(to: folder("e.npz"), replacing: true)
    try File.write(Array(trials.utf8), to: folder("t.txt"))
    return try TrialScores(embeddings: folder("e.npz"), trials: folder("t.txt"))
  }

  @Test func `target trials join recordings to speakers, by whatever name`() throws {
    let folder = try TemporaryFolder()
    let scored = try Self.scored(folder, "a1 a2 1\nb1 b2 1\na2 a3 1\na1 b1 0\na3 b2 0\nc1 a1 0\n")
    let speakers = try TrialSpeakers(joining: scored)
    #expect(speakers.count == 3)
    #expect(
      speakers.sides.map { [$0.enrol, $0.test] } == [[0, 0], [1, 1], [0, 0], [0, 1], [0, 1], [2, 0]])
    let wrong = try Self.scored(folder, "a1 a2 1\na2 a3 1\na1 a3 0\n")
    let error = #expect(throws: CheckpointError.self) { try TrialSpeakers(joining: wrong) }
    #expect(error?.code == .misfit)
    #expect(error?.location.member == "line 3")
  }

  @Test func `a table says who speaks, and labels must agree`() throws {
    let folder = try TemporaryFolder()
    let scored = try Self.scored(folder, "a1 a2 1\na1 b1 0\n")
    func speakers(_ table: String) throws -> TrialSpeakers {
      try File.write(Array(table.utf8), to: folder("utt2spk"))
      return try TrialSpeakers(scored, utt2spk: folder("utt2spk"))
    }
    let known = try speakers("b1 ben\na1 anna\na2 anna\nz zoe\n")
    #expect(known.count == 2)
    #expect(known.sides.map { [$0.enrol, $0.test] } == [[0, 0], [0, 1]])
    let absent = #expect(throws: CheckpointError.self) { try speakers("a1 anna\na2 anna\n") }
    #expect(absent?.code == .nothingMatched)
    #expect(absent?.location == .init(member: "line 2", key: "b1"))
    for table in ["a1 anna\na2 ben\nb1 ben\n", "a1 anna\na2 anna\nb1 anna\n"] {
      #expect(throws: CheckpointError(.misfit, "")) { try speakers(table) }
    }
  }

  @Test func `weights count as if trials stood so often in the list`() throws {
    let (scores, targets) = ([0.1, 0.2, 0.3, 0.4, 0.5], [false, true, false, false, true])
    let weights = [2, 1, 0, 3, 2]
    let weighed = try #require(ErrorRates(rising: scores, targets: targets, weights: weights))
    var (all, kinds) = ([Double](), [Bool]())
    for (place, weight) in weights.enumerated() {
      all += Array(repeating: scores[place], count: weight)
      kinds += Array(repeating: targets[place], count: weight)
    }
    let listed = try ErrorRates(scores: all, targets: kinds)
    #expect(weighed.cuts.map { weighed.falseRefusals[$0] } == listed.cuts.map { listed.falseRefusals[$0] })
    #expect(
      weighed.cuts.map { weighed.falseAcceptances[$0] } == listed.cuts.map { listed.falseAcceptances[$0] })
    #expect(weighed.minimumCost(targetPrior: 0.01) == listed.minimumCost(targetPrior: 0.01))
    #expect(ErrorRates(rising: scores, targets: targets, weights: [1, 0, 1, 1, 0]) == nil)
    #expect(ErrorRates(rising: scores, targets: targets, weights: [0, 1, 0, 0, 1]) == nil)
  }

  @Test func `draws depend on the seed alone, and those without both kinds are passed over`() throws {
    let folder = try TemporaryFolder()
    // Two speakers: a draw of one of them alone has no nontarget. That is every second draw.
    let scored = try Self.scored(folder, "a1 a2 1\nb1 b2 1\na1 b1 0\na2 b2 0\n")
    let speakers = try TrialSpeakers(joining: scored)
    func rates(_ seed: UInt64) throws -> [Double] {
      var found: [Double] = []
      try SpeakerDraws(400, seed: seed, speakers).forEach([0.9, 0.4, 0.3, 0.5], [true, true, false, false]) {
        found.append($0.equalErrorRate.rate)
      }
      return found
    }
    let first = try rates(1)
    #expect(try first == rates(1))
    #expect(150...250 ~= first.count)
    #expect(try first.count != rates(2).count || first.count != rates(3).count)
    // Where both were drawn, each once, the rates are the list's.
    let list = try ErrorRates(scores: [0.9, 0.4, 0.3, 0.5], targets: [true, true, false, false])
    #expect(first.allSatisfy { $0 == list.equalErrorRate.rate })
    #expect(throws: CheckpointError(.wrongWords, "")) { try SpeakerDraws(99, seed: 1, speakers) }
  }

  @Test func `an interval is numpy's percentiles`() throws {
    #expect(Interval(of: (0...100).map(Double.init).reversed()) == Interval(lower: 2.5, upper: 97.5))
    #expect(Interval(of: [3]) == Interval(lower: 3, upper: 3))
    #expect(Interval(of: [0, 1]) == Interval(lower: 0.025, upper: 0.975))
    #expect(Interval(of: []) == nil)
  }
}
