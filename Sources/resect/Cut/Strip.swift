// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect strip`: a `Surgery` that finds its passes by itself, or those passes alone.
struct Strip: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strip",
    abstract: "Find the layout, take the branch, drop the head, unwrap: the backbone only.",
    discussion: """
      The layout is told by what the file holds, and the report says why. The teacher is taken unless --branch \
      names another. The same recipe, given to `resect edit`, writes the same bytes.

      Examples:
        resect strip checkpoint.pth -o backbone.pth
        resect strip checkpoint.pth -o backbone.pth --branch student
        resect strip checkpoint.pth -o backbone.pth --keep-removed heads.pth
        resect strip checkpoint.pth --dry-run
        resect strip checkpoint.pth --print-recipe > recipe.txt
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Option(help: "The network to take: teacher, student, or a name that the report lists.")
  var branch: Text?

  @Flag(help: "Write a file that is a bare backbone already as it is, instead of refusing.")
  var copy = false

  @Flag(help: "Print the passes, one a line, and write nothing.")
  var printRecipe = false

  @OptionGroup var write: WriteOptions
  @OptionGroup var removed: RemovedOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if !printRecipe {
      try write.checkPath()
      try removed.checkPath()
    }
    let document = try Checkpoint.open(file)
    if printRecipe { return try print(RecipeReport(document, branch: branch)) }
    var surgery = try Surgery(
      stripping: document, branch: branch, copiesBare: copy,
      format: .init(editing: document, to: write.path))
    try removed.plan(&surgery)
    try write.write(&surgery, patch: removed.keepRemoved)
    try write.print(surgery.report, output) { SurgeryText(surgery.report).text }
  }

  private func print(_ recipe: RecipeReport) throws {
    try output.print(recipe) { recipe.passes.map { $0 + "\n" }.joined() }
  }
}
