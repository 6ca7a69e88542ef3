// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// numpy judges whole lists: `Tests/Interop/scoring.py`.
@Suite struct CohortTests {
  static func write(_ vectors: [(String, [Float])], _ path: String, frontEnd: Text? = nil) throws {
    var embeddings = Embeddings()
    for (name, vector) in vectors { try embeddings.add(vector, named: Text(name)) }
    embeddings.frontEnd = frontEnd
    try embeddings.write(path, replacing: true)
  }

  /// Two recordings at right angles; the cohort's cosines with the first are 1, 0.6, 0, with the second 0, 0.8, 1.
  static func withFiles(
    frontEnd: Text? = nil, cohort: [(String, [Float])] = [("x", [2, 0]), ("y", [3, 4]), ("z", [0, 1])],
    _ body: (TemporaryFolder) throws -> Void
  ) throws {
    let folder = try TemporaryFolder()
    try write([("a", [1, 0]), ("b", [0, 5])], folder("e.npz"), frontEnd: "fbank")
    try write(cohort, folder("c.npz"), frontEnd: frontEnd)
    try File.write(Array("a b 0\na a 1\n".utf8), to: folder("t.txt"))
    try body(folder)
  }

  static func scored(_ folder: TemporaryFolder, top: Int, utt2spk: String? = nil) throws -> TrialScores {
    try TrialScores(
      embeddings: folder("e.npz"), trials: folder("t.txt"),
      cohort: Cohort(folder("c.npz"), utt2spk: utt2spk, top: top))
  }

  @Test func `a score is measured by the highest that both sides have with the cohort`() throws {
    try Self.withFiles { folder in
      let two = try Self.scored(folder, top: 2)
      #expect(two.rule == .asNorm)
      #expect(two.cosines == [0, 1])
      // Means 0.8 and 0.9, deviations 0.2 and 0.1.
      #expect(zip(two.scores, [(-0.8 / 0.2 - 0.9 / 0.1) / 2, 1]).allSatisfy { abs($0 - $1) < 1e-9 })
      for top in [3, 300] {
        let all = try Self.scored(folder, top: top)
        #expect(all.cohort?.identity.top == 3)
        let (first, second) = (1.6 / 3, 1.8 / 3)
        let deviations = [
          ((1 + 0.36) / 3 - first * first).squareRoot(), ((1 + 0.64) / 3 - second * second).squareRoot(),
        ]
        #expect(abs(all.scores[0] - (-first / deviations[0] - second / deviations[1]) / 2) < 1e-9)
      }
    }
  }

  @Test func `with a table the speakers' means are the cohort`() throws {
    // The means of 1 and of 2 are x and y above.
    try Self.withFiles(cohort: [
      ("k", [1, 1]), ("l", [3, 3]), ("m", [3, -1]), ("n", [3, 5]), ("o", [0, 2]),
    ]) { folder in
      try File.write(Array("k 1\nl 2\nm 1\nn 2\no 3\nother 9\n".utf8), to: folder("utt2spk"))
      let scored = try Self.scored(folder, top: 2, utt2spk: folder("utt2spk"))
      #expect(scored.cohort?.identity.vectors == 3)
      #expect(abs(scored.scores[0] - (-0.8 / 0.2 - 0.9 / 0.1) / 2) < 1e-9)
      try File.write(Array("k 1\nl 2\nm 1\nn 2\n".utf8), to: folder("utt2spk"))
      let error = #expect(throws: CheckpointError.self) {
        try Self.scored(folder, top: 2, utt2spk: folder("utt2spk"))
      }
      #expect(error?.code == .nothingMatched)
      #expect(error?.location == .init(file: folder("c.npz"), key: "o"))
    }
  }

  @Test
  func `cohorts of another front end, of another size, without deviation, of one vector or none are refused`()
    throws
  {
    try Self.withFiles(frontEnd: "mel") { folder in
      let error = #expect(throws: CheckpointError.self) { try Self.scored(folder, top: 2) }
      #expect(error?.code == .misfit)
      #expect(error?.location.file == folder("c.npz"))
    }
    for cohort in [
      [("x", [1, 0, 0]), ("y", [1, 1, 1])], [("x", [1, 1]), ("y", [2, 2])], [("x", [1, 1])],
      [("x", [1, 0]), ("y", [0, 0]), ("z", [0, 1])],
    ]
      as [[(String, [Float])]]
    {
      try Self.withFiles(cohort: cohort) { folder in
        #expect(throws: CheckpointError(.misfit, "")) { try Self.scored(folder, top: 2) }
      }
    }
    #expect(throws: CheckpointError(.wrongWords, "")) { try Cohort("none.npz", utt2spk: nil, top: 1) }
  }

  @Test func `small cohorts, and those that share recordings with the trials, are noted`() throws {
    try Self.withFiles { folder in
      let report = try Self.report(folder)
      #expect(report.notes.contains { $0.hasPrefix("the cohort has 3 vectors") })
      // b of the trials is z of the cohort, five times as long: another recording.
      #expect(!report.notes.contains { $0.contains("of other speakers") })
      #expect(report.cohort?.notes == report.notes)
    }
    try Self.withFiles(cohort: (0..<20).map { ($0 == 3 ? "a" : "x\($0)", [Float($0), 3]) }) { folder in
      let notes = try Self.report(folder).notes
      #expect(!notes.contains { $0.hasPrefix("the cohort has") })
      #expect(notes.contains { $0.hasPrefix("1 of 2 recordings lies in the cohort") })
    }
    // Under other names, all of it.
    try Self.withFiles(cohort: [("x", [1, 0]), ("y", [0, 5])]) { folder in
      let notes = try Self.report(folder).notes
      #expect(notes.contains { $0.hasPrefix("2 of 2 recordings lie in the cohort") })
    }
  }

  static func report(_ folder: TemporaryFolder, calibration: ScoreReport.CalibrationTask? = nil) throws
    -> ScoreReport
  {
    try ScoreReport(
      scored(folder, top: 300), embeddings: folder("e.npz"), trials: folder("t.txt"),
      costs: DetectionCosts(targetPrior: 0.01, missCost: 1, falseAlarmCost: 1), calibration: calibration)
  }

  @Test func `a threshold of normalised scores holds for their cohort alone`() throws {
    try Self.withFiles { folder in
      let made = try #require(
        try Self.report(folder, calibration: .make(folder("k.json"))).calibration?.calibration)
      #expect(made.rules.map(\.rule) == [.cosine, .asNorm])
      try made.write(to: folder("k.json"), replacing: false)
      #expect(try Calibration(folder("k.json")) == made)
      let judged = try #require(try Self.report(folder, calibration: .judge(folder("k.json"))).calibration)
      #expect(judged.verdicts?.map(\.rule) == [.cosine, .asNorm])
      try Self.write([("x", [2, 0]), ("y", [3, 4]), ("z", [0.1, 1])], folder("c.npz"))
      let error = #expect(throws: CheckpointError.self) {
        try Self.report(folder, calibration: .judge(folder("k.json")))
      }
      #expect(error?.code == .misfit)
      #expect(error?.location.file == folder("k.json"))
    }
  }

  @Test func `strangers are whose best score with all enrolled stays below`() throws {
    let folder = try TemporaryFolder()
    try Self.write(
      [("a", [1, 0]), ("b", [0, 1]), ("p", [3, 4]), ("q", [1, 0.1]), ("r", [-1, -1])], folder("e.npz"))
    try File.write(Array("a p 1\nb q 0\na r 0\n".utf8), to: folder("t.txt"))
    let scored = try TrialScores(embeddings: folder("e.npz"), trials: folder("t.txt"))
    func strangers(_ list: String) throws -> Strangers {
      try File.write(Array(list.utf8), to: folder("s.txt"))
      return try Strangers(folder("s.txt"), scored)
    }
    let found = try strangers("p\nx/q.wav\n\nr\n")
    #expect(found.enrolled == 2)
    #expect(
      zip(found.best, [0.8, 1 / 1.01.squareRoot(), -0.5.squareRoot()]).allSatisfy { abs($0 - $1) < 1e-7 })
    for (list, code) in [
      ("p q\n", CheckpointError.Code.corrupt), ("\n", .emptyResult), ("nobody\n", .nothingMatched),
      ("p\na\n", .misfit),
    ] {
      let error = #expect(throws: CheckpointError.self) { try strangers(list) }
      #expect(error?.code == code)
      #expect(error?.location.file == folder("s.txt"))
    }
    let report = try ScoreReport(
      scored, embeddings: folder("e.npz"), trials: folder("t.txt"),
      costs: DetectionCosts(targetPrior: 0.01, missCost: 1, falseAlarmCost: 1),
      wanted: [WantedRate(.far, 0.1)],
      strangers: strangers("p\nq\nr\n"))
    // The lowest threshold that accepts no nontarget is b's cosine with q, 0.0995; two strangers pass it.
    #expect(report.strangers?.below == 1)
    #expect(report.strangers?.share == 1.0 / 3)
  }
}
