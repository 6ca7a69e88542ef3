// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove the container sound: directory, sizes, and every CRC-32.",
    discussion: """
      Exit code 1 where a member's bytes are not what the archive says, 3 where the container cannot be walked.

      Examples:
        resect verify checkpoint.pth
        resect verify checkpoint.pth --second-opinion
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Flag(help: "Have libzip, which shares no code with this reader, check it too.")
  var secondOpinion = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let progress = Progress("reading")
    let report = try VerifyReport(file, secondOpinion: secondOpinion) { progress.advance($0) }
    progress.finish()
    try output.print(report) { Self.text(report) }
    if !report.isSound { throw Finding.found }
  }

  static func text(_ report: VerifyReport) -> String {
    let isLegacy = report.format == "torch-legacy"
    let isSafetensors = report.format == "safetensors"
    let things = Words.count(report.members, isLegacy ? "storage" : isSafetensors ? "tensor" : "member")
    var lines = ["\(Words.plain(report.file)): \(report.format), \(things), \(Words.bytes(report.bytes))"]
    if isLegacy {
      lines.append("sizes agree; the legacy form has no checksums")
    } else if isSafetensors {
      lines.append("the tensors cover the file without holes; safetensors has no checksums")
    } else {
      lines.append("\(report.checked) with the CRC-32 that the archive states")
    }
    if !report.withoutCRC.isEmpty {
      lines.append(
        "\(report.withoutCRC.count) without one (the writer left it out, so that nothing can be compared): "
          + Words.short(Words.plain(report.withoutCRC.joined(separator: ", ")), 120))
    }
    if !report.unused.isEmpty {
      lines.append(
        "\(report.unused.count) that no tensor uses: "
          + Words.short(Words.plain(report.unused.joined(separator: ", ")), 120))
    }
    lines += report.findings.map { line("wrong", $0) }
    if let opinion = report.secondOpinion {
      lines += opinion.isEmpty ? ["libzip agrees"] : opinion.map { line("libzip", $0) }
    }
    lines.append(report.isSound ? "sound" : "not sound")
    return lines.map { $0 + "\n" }.joined()
  }

  private static func line(_ who: String, _ finding: VerifyReport.Finding) -> String {
    let place = [finding.member.map(Words.plain), finding.byte.map { "byte \($0)" }].compactMap { $0 }
    return "\(who): " + (place + [Words.plain(finding.message)]).joined(separator: ": ")
  }
}
