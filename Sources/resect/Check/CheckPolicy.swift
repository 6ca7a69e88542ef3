// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect check`: a `PolicyReport` in words, and an exit code.
struct CheckPolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold checkpoints against a policy: a file of rules, one a line.",
    discussion: """
      Exit code 1 where a rule does not hold, else 3 where a file could not be judged. Rules, with # before comments:

        keys PATTERN [COUNT]     tensors that must be there; `keys only PATTERN...`, `keys no PATTERN...`
        shape PATTERN 4x3        * for any size, scalar for none
        dtype PATTERN TYPE...    one of these
        finite [PATTERN...]      no NaN, no infinity
        sha256 [KEY] DIGEST      of the file, or of a tensor as `ls --hash` prints it
        size < 100MB             or <=, >, >=
        globals none             `scan` finds nothing
        within 1e-5 of REF       every tensor of REF, a path beside the policy

      A pattern that selects no tensor is a rule that does not hold.

      Examples:
        resect check model.policy model.pth
        resect check release.policy *.safetensors --quiet
        resect check model.policy model.pth --json
      """)

  @Argument(help: "A file of rules.", completion: .file())
  var policy: String

  @Argument(help: "Checkpoints: files or folders.", completion: .file())
  var files: [String]

  @Flag(name: .shortAndLong, help: "Say only what does not hold.")
  var quiet = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let policy = try Policy(path: policy)
    let progress = Progress("checking")
    let report = policy.report(of: files) { progress.advance($0) }
    progress.finish()
    try output.print(report) { CheckText.text(report, isQuiet: quiet) }
    if !output.json { for file in report.files { CheckText.error(file).map { Standard.error($0) } } }
    if report.hasFinding { throw Finding.found }
    if !report.isComplete { throw Finding.notExamined }
  }
}
