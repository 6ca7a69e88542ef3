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
      of them is compared. Exit code 1 where a member's bytes are not what the archive says, 3 where a container \
      cannot be walked.

      Examples:
        resect verify checkpoint.pth
        resect verify checkpoint.pth --second-opinion
        resect verify model.safetensors.index.json
        resect verify checkpoints/step-1000 --json
        resect verify --provenance --chain backbone.pth.provenance.json
      """)

  @Argument(help: "Checkpoints, folders, or indexes of shards.", completion: .file())
  var files: [String]

  @Flag(help: "Have libzip, which shares no code with this reader, check it too.")
  var secondOpinion = false

  @OptionGroup(title: "Provenance") var provenance: VerifyProvenance
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if try provenance.isWanted() { return try provenance.run(files, output) }
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
}
