// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train compare`: words into a `ComparisonReport`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say whether two recordings are of one speaker.",
    discussion: """
      The score is the cosine of the two embeddings, and the verdict goes by the threshold: that of --threshold, else of \
      --calibration, else of the ONNX model. A calibration with a line to logarithms of odds also says how much likelier \
      one speaker is than two. The exit code is 0 for the same speaker, 1 for another, 4 where no threshold is known.

      Examples:
        resect-train compare a.wav b.wav --model exp --calibration calibration.json
        resect-train compare a.wav b.wav --model model.onnx --front-end fbank-sherpa
        resect-train compare a.wav b.wav --model exp --threshold 0.45 --json
      """)

  @Argument(help: "Audio, or .npy features.", completion: .file())
  var first: String

  @Argument(help: "The other.", completion: .file())
  var second: String

  @OptionGroup var network: ModelOptions
  @OptionGroup var verdict: VerdictOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var format: OutputOptions

  func run() throws {
    try network.check()
    try verdict.check()
    let model = try EmbeddingModel(network.model, asked: network.frontEnd)
    let rule = try verdict.rule(model)
    if let note = model.choice.note { Standard.error("note: \(note)\n") }
    let report = try ComparisonReport(first, second, model, rule, threads: network.threads)
    for note in report.notes { Standard.error("note: \(note)\n") }
    try format.print(report) { report.text }
    guard let isSame = report.isSame else { try NoVerdict.end(model) }
    if !isSame { throw Finding.found }
  }
}

extension ComparisonReport {
  /// A line a figure, for people.
  fileprivate var text: String {
    var table = TextTable(.left, .left)
    table.add(["score", Decimals.text(score, places: 4)])
    if case .double(let threshold) = threshold, case .string(let source) = thresholdSource {
      table.add(["threshold", "\(Decimals.text(threshold, places: 4)) (\(source))"])
    }
    let words = isSame.map { $0 ? "the same speaker" : "another speaker" }
    table.add(["verdict", words ?? "none: no threshold is known"])
    if case .double(let odds) = logOdds { table.add(["odds", DecisionRule.words(logOdds: odds)]) }
    return table.text
  }
}
