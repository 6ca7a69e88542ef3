// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

@Suite struct DecisionRuleTests {
  /// A calibration of filter banks, and its text.
  private static func calibration(_ folder: TemporaryFolder) throws -> Calibration {
    let made = try #require(
      try CalibrationTests.made(folder, goal: .rate(try WantedRate(.far, 0.05))).calibration)
    try made.calibration.write(to: folder("c.json"), replacing: true)
    return made.calibration
  }

  private static func rule(
    _ given: Double?, _ file: String?, front: FrontEnd = .fbank
  ) throws -> DecisionRule {
    try DecisionRule(given: given, calibration: file, front: front, model: "m.pth")
  }

  @Test func `what was said stands above the file, and the file's line stays`() throws {
    let folder = try TemporaryFolder()
    let made = try Self.calibration(folder)
    let line = try #require(made.line?.calibration)
    let file = try Self.rule(nil, folder("c.json"))
    #expect(file == DecisionRule(made[.cosine]?.point.threshold, .calibration, line: line))
    #expect(try Self.rule(0.25, folder("c.json")) == DecisionRule(0.25, .given, line: line))
    #expect(try Self.rule(0.25, nil) == DecisionRule(0.25, .given))
    #expect(try Self.rule(nil, nil) == DecisionRule())
    #expect(file.logOdds(0.5) == line.logOdds(0.5))
  }

  @Test func `what is not known is taken from the next`() {
    let line = LogisticCalibration(scale: 2, offset: 1)
    let (none, one) = (DecisionRule(), DecisionRule(0.5, .speakers, line: line))
    #expect(none.orElse(one) == one)
    #expect(one.orElse(none) == one)
    #expect(DecisionRule(0.1, .given).orElse(one) == DecisionRule(0.1, .given, line: line))
    #expect(none.orElse(none).accepts(1) == nil)
  }

  @Test func `a score that is the threshold is another's, as in score`() {
    let rule = DecisionRule(0.5, .given)
    #expect(rule.accepts(0.5) == false)
    #expect(rule.accepts(0.5.nextUp) == true)
  }

  @Test func `a calibration of another front end is refused, with what would do`() throws {
    let folder = try TemporaryFolder()
    _ = try Self.calibration(folder)
    let error = try #require(throws: CheckpointError.self) {
      try Self.rule(0.5, folder("c.json"), front: .fbankSherpa)
    }
    #expect(error.code == .misfit)
    #expect(error.location.file == folder("c.json"))
    #expect(error.hint?.hasPrefix("`--front-end fbank`, or a calibration") == true)
    // A network of power mels cannot be fed filter banks.
    let mel = #expect(throws: CheckpointError.self) { try Self.rule(0.5, folder("c.json"), front: .mel) }
    #expect(mel?.hint == "a calibration of embeddings that `--front-end mel` made")
    // One that does not say is taken, as score takes it.
    let text = try String(contentsOfFile: folder("c.json"), encoding: .utf8)
    try File.write(Array(text.replacing("\"fbank\"", with: "null").utf8), to: folder("d.json"))
    #expect(try Self.rule(nil, folder("d.json"), front: .mel).source == .calibration)
  }

  @Test func `a calibration without the cosine gives no threshold`() throws {
    let folder = try TemporaryFolder()
    _ = try Self.calibration(folder)
    let text = try String(contentsOfFile: folder("c.json"), encoding: .utf8)
    let later = text.replacing("\"rule\":\"cosine\"", with: "\"rule\":\"later\"")
    try File.write(Array(later.utf8), to: folder("d.json"))
    #expect(throws: CheckpointError(.misfit, "")) { try Self.rule(nil, folder("d.json")) }
    #expect(try Self.rule(0.5, folder("d.json")).threshold == 0.5)
    // A line of scores that a cohort measured is of no use here.
    let normed = text.replacing("\"of\":\"cosine\"", with: "\"of\":\"as-norm\"")
    try File.write(Array(normed.utf8), to: folder("n.json"))
    #expect(try Self.rule(nil, folder("n.json")).line == nil)
  }

  @Test(arguments: [1.01, -2, .nan, .infinity])
  func `a threshold that no cosine reaches is refused`(threshold: Double) {
    #expect(throws: CheckpointError(.wrongWords, "")) { try Self.rule(threshold, nil) }
  }

  @Test func `odds are said in words on either side`() {
    #expect(DecisionRule.words(logOdds: log(20)) == "20.0 times likelier of one speaker")
    #expect(DecisionRule.words(logOdds: -log(2.5)) == "2.5 times likelier of two speakers")
    #expect(DecisionRule.words(logOdds: 1000) == "over 1000000 times likelier of one speaker")
  }
}
