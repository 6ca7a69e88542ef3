// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct DetectionTradeoffTests {
  static func points(_ trials: [(score: Double, isTarget: Bool)]) throws -> DetectionTradeoff {
    DetectionTradeoff(try ErrorRates(scores: trials.map(\.score), targets: trials.map(\.isTarget)))
  }

  @Test func `corners are kept, what lies straight between them is not`() throws {
    let det = try Self.points([
      (0.1, false), (0.2, false), (0.3, false), (0.4, true), (0.5, true), (0.6, false), (0.7, true),
      (0.8, true),
    ])
    #expect(det.threshold == [0.1, 0.3, 0.5, 0.6, 0.8])
    #expect(det.fnr == [0, 0, 0.5, 0.5, 1])
    #expect(det.fpr == [0.75, 0.25, 0.25, 0, 0])
  }

  @Test func `no threshold lies between equal scores`() throws {
    let det = try Self.points([(0.5, true), (0.5, false), (0.5, true), (0.7, false), (0.5, false)])
    #expect(det.threshold == [0.5, 0.7])
    #expect(det.fnr == [1, 1])
    #expect(det.fpr[0] == 1 - 2.0 / 3)
  }

  @Test func `a table has a line a point, fields apart as the name says`() throws {
    let folder = try TemporaryFolder()
    let det = try Self.points([(0.25, false), (0.5, true)])
    try det.write(to: folder("d.tsv"), replacing: false)
    try det.write(to: folder("d.csv"), replacing: false)
    let tabs = String(decoding: try File.bytes(at: folder("d.tsv")), as: UTF8.self)
    #expect(tabs == "threshold\tfnr\tfpr\n0.25\t0.0\t0.0\n0.5\t1.0\t0.0\n")
    let commas = String(decoding: try File.bytes(at: folder("d.csv")), as: UTF8.self)
    #expect(commas == tabs.replacing("\t", with: ","))
    #expect(throws: CheckpointError(.wrongWords, "")) { try det.write(to: folder("d.txt"), replacing: false) }
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try det.write(to: folder("d.csv"), replacing: false)
    }
  }

  @Test func `a list as CN-Celeb's is understood, whatever the embeddings are named by`() throws {
    let list = try TrialTests.list(
      "enroll/id00800.wav test/id00800-song-01.flac 1\nenroll/id00800.wav test/id01-talk-02.flac 0\n")
    for names in [
      ["id00800", "id00800-song-01", "id01-talk-02"],
      ["enroll/id00800.wav", "test/id00800-song-01.flac", "test/id01-talk-02.flac"],
    ] {
      var embeddings = Embeddings()
      for (name, vector) in zip(names, [[1, 0], [3, 4], [0, 1]] as [[Float]]) {
        try embeddings.add(vector, named: Text(name))
      }
      let scores = try CosineScoring.scores(list, embeddings)
      #expect(abs(scores[0] - 0.6) < 1e-15)
      #expect(scores[1] == 0)
    }
    #expect(list.trials.map(\.isTarget) == [true, false])
  }

  @Test func `scores that were written are read back`() throws {
    let folder = try TemporaryFolder()
    let path = folder("t.score")
    try File.write(Array("a b target 0.5\n\nc\td 0 -0.25\r\n".utf8), to: path)
    let file = try ScoreFile(path)
    #expect(file.scores == [0.5, -0.25])
    #expect(file.targets == [true, false])
    #expect(try file.rates().equalErrorRate.rate == 0)
    for (text, code) in [
      ("a b target\n", "corrupt"), ("a b c 0.5\n", "corrupt"), ("a b 1 nan\n", "corrupt"),
      ("\n", "empty-result"),
    ] {
      try File.write(Array(text.utf8), to: path)
      let error = try #require(throws: CheckpointError.self) { try ScoreFile(path) }
      #expect(error.code.word == code)
      #expect(error.location.file == path)
    }
    try File.write(Array("a b target 0.5\n".utf8), to: path)
    #expect(throws: CheckpointError(.misfit, "")) { try ScoreFile(path).rates() }
  }
}
