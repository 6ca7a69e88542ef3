// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train embed`: words into an `EmbeddingJob`.
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Embed whole recordings: one vector each, in a .npz file or a Kaldi archive.",
    discussion: """
      INPUT is an audio file, a .npy file (frames x 80 float32, fed as it is), a folder of both, or a csv file with a \
      path column. A vector is named by its file's stem; it depends on nothing else that is embedded. The first input \
      that cannot be read ends the command, and nothing is written. Where OUTPUT ends in .ark, a Kaldi archive of \
      matrices with one row is written, and beside it its .scp and a file .front-end. \
      Which front end made the features is kept with the vectors, and score shows it; .npy files do not tell. \
      An ONNX model is run as it is, node by node: slowly, and just as it is deployed.

      Examples:
        resect-train embed --model backbone.pth speech/*.wav -o E.npz
        resect-train embed --model exp test.csv -o E.npz
        resect-train embed --model exp test.csv -o xvector_00.ark
        resect-train embed --model model.onnx speech/*.wav -o E.npz --front-end fbank-sherpa
        resect-train embed --model exp/models/CKPT-EPOCH-10-00 speech/ -o E.npz --names path
      """)

  @OptionGroup var network: ModelOptions

  @Argument(help: "Audio, .npy features, folders, csv files.", completion: .file())
  var inputs: [String]

  @Option(
    name: [.short, .long], help: "The .npz or .ark file to write.",
    completion: .file(extensions: ["npz", "ark"]))
  var output: String

  @Option(help: "What vectors are named by: stem or path.")
  var names = EmbeddingJob.Names.stem

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var format: OutputOptions

  func run() throws {
    try network.check()
    try Embeddings.checkOutput(output, replacing: force)
    let job = try EmbeddingJob(
      model: network.model, asked: network.frontEnd, inputs: inputs, names: names)
    try Embeddings.checkOutput(output, replacing: force, read: [job.model.path] + inputs + job.paths)
    if let note = job.model.choice.note { Standard.error("note: \(note)\n") }
    let embeddings = try EmbeddingProgress.shown(of: job.paths.count) { onChunk throws(CheckpointError) in
      try job.run(threads: network.threads, onChunk: onChunk)
    }
    try embeddings.write(output, replacing: force)
    LinkNote.say([output] + embeddings.companions(of: output))
    let report = EmbeddingReport(job, embeddings, output: output)
    try format.print(report) { report.text }
  }
}
