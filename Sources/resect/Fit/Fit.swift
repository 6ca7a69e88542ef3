// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect fit`: a `FitReport` in words, or its passes for `resect edit`.
struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Would it load? What is missing, unexpected, misshapen; which rename makes it fit.",
    discussion: """
      SPEC is another checkpoint, a key list (what `resect ls --json` prints, or a table of tab-separated columns: \
      name, shape, or name, dtype, shape), or a network that resect-train knows, such as 3dspeaker/campplus-192 \
      (`resect-train spec --list`). Keys and shapes are judged as load_state_dict does. Exit codes: 0 it fits as it \
      is, 1 it does not, also where passes are found that make it fit; they are printed as `resect edit` takes them.

      Examples:
        resect fit backbone.pth --to other.pth
        resect fit checkpoint.pth --to 3dspeaker/ecapa-512 --path teacher
        resect fit checkpoint.pth --to keys.tsv --json
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Option(help: "What it is to fit: a checkpoint, a key list, or 3dspeaker/NAME.", completion: .file())
  var to: String

  @Option(help: "Which state dict of FILE (default: the one that fits best).")
  var path: Text?

  @Option(help: "Which state dict of SPEC, where it holds several.")
  var toPath: Text?

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let document = try Checkpoint.open(file)
    let spec =
      TrainerSpec.isName(to) ? try TrainerSpec.read(to, path: toPath) : try KeySpec(reading: to, path: toPath)
    let report = try document.fit(to: spec, path: path)
    try output.print(report) { FitText(report).text }
    if !report.fits { throw Finding.found }
  }
}
