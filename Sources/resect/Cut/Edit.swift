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
        resect edit a.pth -o b.pth 'drop head.**' --keep-removed head.pth
        resect edit b.pth -o a2.pth --restore head.pth
      """)

  @Argument(help: "A checkpoint: a file or a folder.", completion: .file())
  var file: String

  @Argument(help: "Passes, or @FILE.")
  var passes: [String] = []

  @Option(help: "Put back, behind the passes, what --keep-removed wrote to this file.", completion: .file())
  var restore: String?

  @Flag(help: "With --restore: around tensors that were changed meanwhile, which stay as they are now.")
  var ontoChanged = false

  @Flag(help: "Write objects beyond known data types by name; such a file does not load by default.")
  var keepOpaque = false

  @Flag(help: "Cast even where values do not fit the data type.")
  var allowOverflow = false

  @Flag(help: "Leave out leaves that the output's format cannot hold; the report lists them.")
  var dropValues = false

  @OptionGroup var write: WriteOptions
  @OptionGroup var removed: RemovedOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try write.checkPath()
    try removed.checkPath()
    let recipe = restore != nil && passes.isEmpty ? Recipe([]) : try Recipe(arguments: passes)
    let options = OutputPlan.Options(
      keepsOpaque: keepOpaque, allowsOverflow: allowOverflow, dropsValues: dropValues)
    let document = try Checkpoint.open(file)
    let format = OutputPlan.Format(editing: document, to: write.path)
    var surgery = try Surgery(
      editing: document, recipe, restoring: restoring(), format: format, options: options)
    try removed.plan(&surgery)
    try write.write(&surgery, patch: removed.keepRemoved)
    try write.print(surgery.report, output) { SurgeryText(surgery.report).text }
  }

  private func restoring() throws -> Restoring? {
    guard let restore else {
      guard ontoChanged else { return nil }
      throw CheckpointError(.wrongWords, "--onto-changed is for --restore")
    }
    return try Restoring(RemovalPatch(Checkpoint.open(restore)), ontoChanged: ontoChanged)
  }
}
