// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train score`: embeddings and trials into a `ScoreReport`.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge embeddings on a trial list: cosine scores, EER and minDCF.",
    discussion: """
      A trial is a line `<enrol> <test> <label>`, label 1 or target, 0 or nontarget. A name is an embedding's, or a \
      path whose stem is. VoxCeleb's own lists, label first, are understood. Embeddings are a .npz file, or Kaldi's
      .ark or .scp.

      Examples:
        resect-train score --embeddings E.npz --trials trials.txt
        resect-train score --embeddings E.npz --trials trials.txt --scores trials.score
        resect-train score --embeddings xvector_00.scp --trials trials.txt --det det.tsv
        resect-train score --embeddings E.npz --trials trials.txt --p-target 0.05 --json
        resect-train score --embeddings E.npz --trials trials.txt --far 0.01 --bootstrap 1000
        resect-train score --embeddings E.npz --trials dev.txt --far 0.01 --calibrate calibration.json
        resect-train score --embeddings E.npz --trials trials.txt --calibration calibration.json
        resect-train score --embeddings E.npz --trials trials.txt --cohort train.npz --cohort-speakers utt2spk
        resect-train score --embeddings E.npz --trials trials.txt --far 0.01 --strangers strangers.txt
      """)

  @Option(help: "What embed wrote.", completion: .file(extensions: ["npz", "ark", "scp"]))
  var embeddings: String

  @Option(help: "The trial list.", completion: .file())
  var trials: String

  @Option(help: "minDCF: the share of target trials in use.")
  var pTarget = 0.01

  @Option(help: "minDCF: what refusing a target costs.")
  var cMiss = 1.0

  @Option(help: "minDCF: what accepting a nontarget costs.")
  var cFa = 1.0

  @OptionGroup var thresholds: ThresholdOptions
  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup var others: CohortOptions

  @Option(help: "Write every trial with its score, as 3D-Speaker does.", completion: .file())
  var scores: String?

  @Option(
    help: "Write the points of the DET curve, as .tsv or .csv.",
    completion: .file(extensions: ["tsv", "csv"]))
  var det: String?

  @Flag(help: "Replace the files of --scores, --det and --calibrate if they exist.")
  var force = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let costs = try DetectionCosts(targetPrior: pTarget, missCost: cMiss, falseAlarmCost: cFa)
    let wanted = try thresholds.wanted()
    try others.check()
    let task = try calibration.task(wanted, costs)
    let outputs = [("--scores", scores), ("--det", det), ("--calibrate", calibration.calibrate)].compactMap {
      word, path in path.map { (word: word, path: $0) }
    }
    try check(outputs)
    let scored = try TrialScores(embeddings: embeddings, trials: trials, cohort: try others.open())
    let report = try ScoreReport(
      scored, embeddings: embeddings, trials: trials, costs: costs, wanted: wanted,
      draws: try thresholds.draws(scored, trials: trials), calibration: task,
      strangers: try others.strangers(of: scored))
    for note in report.notes { Standard.error("note: \(note)\n") }
    if let scores { try scored.write(to: scores, replacing: force) }
    if let det { try report.det.write(to: det, replacing: force) }
    if let file = calibration.calibrate {
      try report.calibration?.calibration.write(to: file, replacing: force)
    }
    LinkNote.say(outputs.map(\.path))
    try output.print(report) { report.text }
  }

  /// Refuses outputs before the work.
  private func check(_ outputs: [(word: String, path: String)]) throws {
    let read =
      [embeddings, trials, thresholds.speakers, calibration.calibration].compactMap { $0 } + others.read
    if let det { _ = try DetectionTradeoff.Separator(of: det) }
    for (place, output) in outputs.enumerated() {
      try OutputFile.check(output.path, replacing: force, inputs: [], read: read)
      for other in outputs[..<place]
      where try OutputPlace(other.path).isSame(as: OutputPlace(output.path)) {
        throw CheckpointError(
          .wrongWords, "\(other.word) and \(output.word) name one file", at: .init(file: output.path),
          hint: "two names")
      }
    }
  }
}
