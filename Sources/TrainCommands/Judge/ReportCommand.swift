// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train report`: a run's curves and trial scores as a `RunPage`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a training run as one HTML page.",
    discussion: """
      The page needs no network and no scripts: curves of what EXP/metrics.jsonl holds (loss, accuracy, learning rate, \
      EER), the figures of every epoch, and the settings that lie in EXP as .yaml or .json files. With --scores it shows \
      how target and nontarget scores lie, and the DET curve.

      Examples:
        resect-train report exp
        resect-train report exp -o run.html --force
        resect-train report exp --scores trials.score
      """)

  @Argument(help: "The experiment folder.", completion: .directory)
  var experiment: String

  @Option(
    name: [.short, .long], help: "The page to write (default: EXP/report.html).",
    completion: .file(extensions: ["html"]))
  var output: String?

  @Option(help: "Trials with their scores, as score --scores writes them.", completion: .file())
  var scores: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var schema = 1
    var experiment: String
    var output: String
    var steps: Int
    var epochs: Int
  }

  func run() throws {
    let path = output ?? FilePath.join(experiment, "report.html")
    let metrics = FilePath.join(experiment, MetricsFile.name)
    if let output { try OutputPlace.check(output) }
    let page = try RunPage(experiment: experiment, scores: scores)
    try OutputFile.check(path, replacing: force, inputs: [], read: [metrics] + [scores].compactMap { $0 })
    let file = try OutputFile(path, replacing: force, inputs: [])
    try file.write(Array(page.html.utf8), at: 0)
    try file.commit()
    LinkNote.say([path])
    let report = Report(experiment: experiment, output: path, steps: page.steps, epochs: page.epochs)
    try format.print(report) {
      "\(path)  \(Words.count(page.steps, "step")), \(Words.count(page.epochs, "epoch"))\n"
    }
  }
}
