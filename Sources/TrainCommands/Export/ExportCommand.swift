// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train export`: words into an `ExportJob`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a backbone as an ONNX model, for programs that run it.",
    discussion: """
      Batch norms that come right after a convolution are folded into it. Unless --no-check is given, the file is read \
      back and run beside the network on drawn features, and is not kept where they disagree.

      Examples:
        resect-train export exp -o model.onnx
        resect-train export exp -o model.onnx --language Chinese
        resect-train export backbone.pth -o campplus.onnx --for cosyvoice
        resect-train export backbone.pth -o model.onnx --half
        resect-train export exp -o model.onnx --calibration calibration.json --provenance
      """)

  @Argument(
    help: "A bare backbone, a CKPT-EPOCH folder, or an experiment folder (its newest checkpoint).",
    completion: .file())
  var model: String

  @Option(
    name: [.short, .long], help: "The .onnx file to write.", completion: .file(extensions: ["onnx"]))
  var output: String

  @Option(
    name: .customLong("for"),
    help: "Who is to run it: \(ExportClient.allCases.map(\.rawValue).joined(separator: ", ")).")
  var client = ExportClient.sherpaONNX

  @Option(help: "What the network takes, where the file's _metadata does not tell: \(FrontEnd.words).")
  var frontEnd: FrontEnd?

  @Option(help: "The language that sherpa-onnx is told.")
  var language = "unknown"

  @Option(help: "Fix the length of utterances, for hardware that takes no other.")
  var frames: Int?

  @Flag(help: "Weights as float16, each cast back once; arithmetic stays float32.")
  var half = false

  @Option(
    help: "Put the threshold of this file into the model, which `score --calibrate` wrote.",
    completion: .file(extensions: ["json"]))
  var calibration: String?

  @Flag(inversion: .prefixedNo, help: "Run the graph beside the network before it is written.")
  var check = true

  @Flag(
    help:
      "Also write OUT.provenance.json, an in-toto statement: digests of what was read and written, and how.")
  var provenance = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var format: OutputOptions

  func run() throws {
    guard !language.isEmpty else {
      throw CheckpointError(.wrongWords, "`--language` has no text: sherpa-onnx ends where there is none")
    }
    if let frames, !(1...1_000_000).contains(frames) {
      throw CheckpointError(.wrongWords, "`--frames \(frames)`: it must be 1 to 1000000")
    }
    // Before the model is read and hashed.
    try OutputFile.check(output, replacing: force, inputs: [])
    if provenance { _ = try ProvenanceRecord.check(output, replacing: force) }
    var options = ExportJob.Options()
    options.front = frontEnd
    options.client = client
    options.language = language
    options.frames = frames
    options.isHalf = half
    if let calibration { options.calibration = try Calibration(calibration) }
    let job = try ExportJob(model, version: ProgramVersion.current, options)
    let plan = try job.plan()
    try plan.check(output, replacing: force)
    let record = provenance ? try job.provenance(of: output, replacing: force) : nil
    for note in job.notes { Standard.error("note: \(note)\n") }
    let checked: ExportCheck?
    if check {
      checked = try plan.write(to: output, replacing: force, judge: job.check)
    } else {
      checked = nil
      try plan.write(to: output, replacing: force)
    }
    LinkNote.say([output])
    try record?.finish()
    var report = ExportReport(job, checked, bytes: plan.summary.bytes, output: output)
    report.provenance = record?.path
    try format.print(report) { report.text }
  }
}

extension ExportClient: ExpressibleByArgument {}
