// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect diff`: a `DiffReport` as text, Markdown or a page, and an exit code.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "How two checkpoints differ: structure, then numbers.",
    discussion: """
      First what happened, in a few sentences that follow from figures (--parts), then tensor by tensor.

      Tensors are paired by path; those that are left by their content, then by the prefixes that these imply. Where \
      the files have no tensor path in common, the backbones are compared that their layouts say they hold: a \
      training file and what `resect strip` made of it are equal. Exit code 0 where nothing differs, 1 where \
      something does.

      Examples:
        resect diff a.pth b.pth
        resect diff a.pth b.pth --rtol 1e-5 --atol 1e-8
        resect diff training.pth backbone.pth --branch student
        resect diff ddp.pth plain.pth --unprefix-a module.
        resect diff a.pth b.pth --md --html report.html
      """)

  @Argument(help: "A checkpoint: what was.", completion: .file())
  var a: String

  @Argument(help: "A checkpoint: what is.", completion: .file())
  var b: String

  @Option(help: "Drop this prefix from the keys of A first, as `unprefix` does; may be given again.")
  var unprefixA: [Text] = []

  @Option(help: "Drop this prefix from the keys of B first.")
  var unprefixB: [Text] = []

  @Flag(help: "Compare the files as they are, even where they have no path in common.")
  var noLayout = false

  @Option(help: "The branch that a layout takes: teacher, student, or a name that `strip` lists.")
  var branch: Text?

  @Option(help: "Count a and b as equal where |a - b| <= atol + rtol * |b|; integers must be equal.")
  var rtol: Double?

  @Option(help: "The absolute tolerance; without it, it is 0.")
  var atol: Double?

  @Flag(help: "With a tolerance: two NaN are equal whatever their bits.")
  var equalNan = false

  @Flag(help: "List everything, not the first \(DiffSections.limit) of each kind.")
  var all = false

  @Flag(
    help: "Print the figures by part too: student, teacher, optimizer; backbone, head, classifier; blocks.")
  var parts = false

  @Flag(help: "Print Markdown.")
  var md = false

  @Option(help: "Write a page of its own: changes per layer, histograms.", completion: .file())
  var html: String?

  @Flag(help: "Replace the page if it exists.")
  var force = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    guard !(md && output.json) else {
      throw CheckpointError(.wrongWords, "--md and --json are two forms of one output", hint: "leave one out")
    }
    let options = try self.options
    if let html { try OutputPlace.check(html) }
    let documents = [try Checkpoint.open(a), try Checkpoint.open(b)]
    if let html { try ReportFile.check(html, replacing: force, documents: documents) }
    let progress = Progress("comparing", total: documents[0].tensorBytes)
    let report = try documents[0].compared(with: documents[1], options: options) { progress.advance($0) }
    progress.finish()
    let sections = DiffSections(report, showsAll: all, showsParts: parts)
    if let html {
      let page = DiffPage(report, sections).html
      try ReportFile.write(page, to: html, replacing: force, documents: documents)
      LinkNote.say([html])
    }
    try output.print(report) { md ? DiffMarkdown.text(sections) : DiffText.text(sections) }
    if !report.equal { throw Finding.found }
  }

  private var options: DiffOptions {
    get throws {
      var options = DiffOptions()
      options.unprefixA = unprefixA
      options.unprefixB = unprefixB
      options.usesLayout = !noLayout
      options.branch = branch
      options.listsParts = parts || output.json
      if rtol != nil || atol != nil {
        options.tolerance = try .init(rtol: rtol ?? 0, atol: atol ?? 0, equalNaN: equalNan)
      } else if equalNan {
        throw CheckpointError(
          .wrongWords, "--equal-nan needs a tolerance; without one, bits are compared",
          hint: "`--rtol 0 --equal-nan`")
      }
      return options
    }
  }
}
