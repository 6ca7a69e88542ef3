// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect verify`: a `VerifyReport`, or several, in words, and an exit code.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove the container sound: directory, sizes, and every CRC-32.",
    discussion: """
      Of a folder every file below it is verified, of an index its shards too, and what `.metadata` or the index says \
      of them is compared. Exit code 1 where something is not as it should be, 3 where nothing can be told.

      Of a file that was cut or changed the report says at least how many bytes are missing, and which tensors are \
      whole. --salvage OUT writes those, with all other values, as a file of torch: exit code 1 where a tensor is \
      lost, 3 where nothing could be saved.

      Examples:
        resect verify checkpoint.pth
        resect verify checkpoint.pth --second-opinion
        resect verify model.safetensors.index.json
        resect verify checkpoints/step-1000 --json
        resect verify cut.pth --salvage rest.pth
        resect verify --provenance --chain backbone.pth.provenance.json
      """)

  @Argument(help: "Checkpoints, folders, or indexes of shards.", completion: .file())
  var files: [String]

  @Flag(help: "Have libzip, which shares no code with this reader, check it too.")
  var secondOpinion = false

  @Option(help: "Write what is whole of one damaged checkpoint to this file.", completion: .file())
  var salvage: String?

  @Flag(help: "Replace the file that --salvage names if it exists.")
  var force = false

  @OptionGroup(title: "Provenance") var provenance: VerifyProvenance
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if try provenance.isWanted() {
      guard salvage == nil, !force, !secondOpinion else {
        throw CheckpointError(
          .wrongWords, "--provenance checks statements, and takes no other option of verify")
      }
      return try provenance.run(files, output)
    }
    if let salvage { return try self.salvage(to: salvage) }
    if force { throw CheckpointError(.wrongWords, "--force is about the file that --salvage names") }
    let progress = Progress("reading")
    let verification = Verification(secondOpinion: secondOpinion) { progress.advance($0) }
    if files.count == 1, !Verification.meansSeveral(files[0]) {
      let report = try verification.report(of: files[0])
      progress.finish()
      try output.print(report) { VerifyText.text(report) }
      if !report.isSound { throw Finding.found }
      return
    }
    let reports = verification.reports(of: files)
    progress.finish()
    try output.print(reports) { VerifyText.text(reports) }
    if reports.hasFinding { throw Finding.found }
    if !reports.isComplete { throw Finding.notExamined }
  }

  private func salvage(to path: String) throws {
    guard files.count == 1, !secondOpinion else {
      throw CheckpointError(
        .wrongWords, "--salvage takes one checkpoint, and no other option of verify",
        hint: "`resect verify FILE --salvage OUT`")
    }
    if let format = OutputPlan.Format(suffixOf: path), format != .torch {
      throw CheckpointError(
        .wrongWords,
        "what is salvaged is written as a file of torch, and this name is one of \(format.rawValue)",
        at: .init(file: path),
        hint: "a name that ends in .pth; `resect convert` makes \(format.rawValue) of it")
    }
    try OutputPlace.check(path)
    let reading = Progress("reading")
    var salvage = try Salvage(files[0]) { reading.advance($0) }
    reading.finish()
    if let size = salvage.byteCount {
      let writing = Progress("writing", total: size)
      try salvage.write(to: path, replacing: force) { writing.advance($0) }
      writing.finish()
      LinkNote.say([path])
    }
    try output.print(salvage.report) { SalvageText.text(salvage.report) }
    if salvage.report.hasLosses { throw Finding.found }
  }
}
