// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train enroll`: words into an `EnrolmentJob`.
struct Enroll: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Enroll speakers: references and their mean for each, in a .npz file.",
    discussion: """
      LIST is a csv file with path and spk, a wav.scp with utt2spk, or a folder with one sub-folder a speaker; or \
      --speaker names the one who speaks in the recordings that follow. The output has mean/NAME and refs/NAME for each \
      speaker, and meta: the model's SHA-256, its front end, and the threshold where one is given. A recording with \
      under a second of sound, one that is silent and one that is clipped are refused with the figure; references of \
      two speakers that are nearly the same are noted.

      Examples:
        resect-train enroll --model exp --data company.csv -o speakers.npz --calibration calibration.json
        resect-train enroll --model exp --speaker anna anna/*.wav -o speakers.npz
        resect-train enroll --model exp --speaker ben ben.wav --into speakers.npz -o more.npz
      """)

  @OptionGroup var network: ModelOptions

  @Option(help: "Who speaks where: a csv file, a wav.scp, or a folder a speaker.", completion: .file())
  var data: String?

  @Option(help: "The csv's column with the speakers, where it is not spk, speaker or label.")
  var labelColumn: String?

  @Option(
    help: "The speakers of a wav.scp, where they are not in the utt2spk beside it.", completion: .file())
  var utt2spk: String?

  @Option(help: "The one who speaks in the recordings that are named.")
  var speaker: Text?

  @Argument(help: "With --speaker: audio, .npy features, folders, csv files.", completion: .file())
  var recordings: [String] = []

  @Option(help: "Add to those of this file; the output is another.", completion: .file(extensions: ["npz"]))
  var into: String?

  @Option(
    name: [.short, .long], help: "The .npz file to write.", completion: .file(extensions: ["npz"]))
  var output: String

  @OptionGroup var verdict: VerdictOptions

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var format: OutputOptions

  func run() throws {
    try network.check()
    try verdict.check()
    try checkWords()
    let read = [data, into, utt2spk, verdict.calibration].compactMap { $0 } + recordings
    try OutputFile.check(output, replacing: force, inputs: [], read: read)
    let manifest = try manifest()
    let model = try EmbeddingModel(network.model, asked: network.frontEnd)
    try OutputFile.check(
      output, replacing: force, inputs: [], read: read + [model.path] + manifest.items.map(\.path))
    let job = try EnrolmentJob(model, manifest, into: into, rule: try verdict.rule(model))
    if let note = model.choice.note { Standard.error("note: \(note)\n") }
    var (speakers, report) = try EmbeddingProgress.shown(of: job.paths.count) {
      onChunk throws(CheckpointError) in try job.run(threads: network.threads, onChunk: onChunk)
    }
    for note in report.notes { Standard.error("note: \(note)\n") }
    try speakers.write(to: output, replacing: force)
    report.output = .string(Text(output))
    LinkNote.say([output])
    try format.print(report) { report.text }
  }

  private func manifest() throws(CheckpointError) -> Manifest {
    if let speaker { return try Manifest.speaker(speaker, try Manifest.files(recordings)) }
    return try Manifest.read(data ?? "", labelColumn: labelColumn, utt2spk: utt2spk)
  }

  private func checkWords() throws(CheckpointError) {
    guard (data == nil) != (speaker == nil) else {
      throw CheckpointError(
        .wrongWords, data == nil ? "nothing says who speaks" : "`--data` and `--speaker` both say who speaks",
        hint: "`--data LIST`, or `--speaker NAME` and recordings")
    }
    if speaker != nil, recordings.isEmpty {
      throw CheckpointError(.wrongWords, "`--speaker` goes with recordings", hint: "name them behind it")
    }
    if data != nil, let first = recordings.first {
      throw CheckpointError(
        .wrongWords, "recordings go with `--speaker`, and `--data` names its own: `\(Text(first))`",
        hint: "put them into the list")
    }
    for (word, isThere) in [("--label-column", labelColumn != nil), ("--utt2spk", utt2spk != nil)]
    where isThere && data == nil {
      throw CheckpointError(.wrongWords, "`\(word)` goes with `--data`")
    }
  }
}
