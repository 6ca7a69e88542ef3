// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train identify`: words into an `IdentificationJob`.
struct Identify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which enrolled speaker speaks in a recording, or nobody.",
    discussion: """
      Each recording is held against the mean of each speaker whom enroll wrote; the likest is the one who speaks where \
      the cosine is above the threshold: that of --threshold, else of --calibration, else of the speakers' file, else \
      of the ONNX model. MODEL is the one that enrolled them: another is refused. The exit code is 0 where every \
      recording is of somebody who is enrolled, 1 where one is of nobody, 4 where no threshold is known.

      Examples:
        resect-train identify --speakers speakers.npz --model exp who.wav
        resect-train identify --speakers speakers.npz --model exp calls/*.wav --threshold 0.45 --json
        resect-train identify --speakers speakers.npz --model exp who.wav --top 5
      """)

  @Option(help: "What enroll wrote.", completion: .file(extensions: ["npz"]))
  var speakers: String

  @OptionGroup var network: ModelOptions

  @Argument(help: "Audio, .npy features, folders, csv files.", completion: .file())
  var recordings: [String]

  @Option(help: "How many of the likest speakers are shown.")
  var top = 1

  @OptionGroup var verdict: VerdictOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var format: OutputOptions

  func run() throws {
    try network.check()
    try verdict.check()
    guard top > 0 else { throw CheckpointError(.wrongWords, "`--top \(top)`: it must be at least 1") }
    let job = try IdentificationJob(
      model: network.model, asked: network.frontEnd, speakers: speakers, inputs: recordings)
    let rule = job.rule(try verdict.rule(job.model))
    let report = try EmbeddingProgress.shown(of: job.paths.count) { onChunk throws(CheckpointError) in
      try job.run(rule, top: top, threads: network.threads, onChunk: onChunk)
    }
    for note in report.notes { Standard.error("note: \(note)\n") }
    try format.print(report) { report.text }
    guard rule.threshold != nil else { try NoVerdict.end(job.model) }
    if !report.allKnown { throw Finding.found }
  }
}
