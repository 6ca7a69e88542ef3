// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect scan`: a `ScanReport` in words, and an exit code.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "What loading a file would run, or is not known to be data.",
    discussion: """
      Names in pickles are default (PyTorch loads them by default), data (classes of plain data), rebuild (functions \
      that make data anew), opaque (not known to be harmless, a project's own class for example) or dangerous (they run \
      code or commands, or reach files or the network). Files that are two things at once, archives whose readers \
      disagree, libraries and scripts that a loader may run are findings too.
      Exit code 1 where there is a finding, else 3 where something was not examined to its end.

      Examples:
        resect scan checkpoint.pth
        resect scan folder --json
        resect scan checkpoint.pth --allow ours.txt
        resect scan *.pth --sarif > scan.sarif
      """)

  @Argument(help: "Checkpoints, other files, folders.", completion: .file())
  var files: [String]

  @Option(
    help: "A list of names that you vouch for: lines 'allow MODULE NAME', exact names alone.",
    completion: .file())
  var allow: String?

  @Flag(name: .long, help: "Print a SARIF 2.1.0 log, as code scanning services read it.")
  var sarif = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if sarif && output.json {
      throw ValidationError("--json and --sarif are two forms of one report: choose one")
    }
  }

  func run() throws {
    let allowance = try allow.map { path throws(CheckpointError) in try GlobalAllowance(path: path) }
    let report = FileScan.report(of: files, allowing: allowance ?? GlobalAllowance())
    if sarif {
      try Standard.output(JSONText.of(SARIFLog(report, version: Program.version)))
    } else {
      try output.print(report) { ScanText.text(report) }
    }
    if report.hasFinding { throw Finding.found }
    if !report.isComplete { throw Finding.notExamined }
  }
}
