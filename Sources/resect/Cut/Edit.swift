// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect edit`: passes and recipes into a `Surgery`.
struct Edit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Apply passes in order; each refuses to do nothing.",
    discussion: """
      Each pass is one argument, written as its recipe line; @recipe.txt stands for the passes in a file, one a \
      line. A rule that matches nothing, names that collide, a result without tensors are refused. The suffix of OUT \
      tells its format; without one that is known it stays the input's.

      \(PassList.standard.help)

      Examples:
        resect edit a.pth -o b.pth 'take teacher' 'under module.backbone.'
        resect edit a.pth -o b.pth 'drop optimizer' 'cast float16 except **.running_*'
        resect edit a.pth -o b.pth 'rename blocks.*.** layers.$1.$2' 'set epoch 0'
        resect edit a.pth -o b.pth @recipe.txt
      """)

  @Argument(help: "A checkpoint: a file or a folder.", completion: .file())
  var file: String

  @Argument(help: "Passes, or @FILE.")
  var passes: [String] = []

  @Flag(help: "Write objects beyond known data types by name; such a file does not load by default.")
  var keepOpaque = false

  @Flag(help: "Cast even where values do not fit the data type.")
  var allowOverflow = false

  @Flag(help: "Leave out leaves that the output's format cannot hold; the report lists them.")
  var dropValues = false

  @OptionGroup var write: WriteOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try write.checkPath()
    let recipe = try Recipe(arguments: passes)
    let options = OutputPlan.Options(
      keepsOpaque: keepOpaque, allowsOverflow: allowOverflow, dropsValues: dropValues)
    let document = try Checkpoint.open(file)
    let format = OutputPlan.Format(editing: document, to: write.path)
    var surgery = try Surgery(editing: document, recipe, format: format, options: options)
    try write.write(&surgery)
    try output.print(surgery.report) { SurgeryText(surgery.report).text }
  }
}
