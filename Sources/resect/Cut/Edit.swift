// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

struct Edit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Apply passes in order; each refuses to do nothing.",
    discussion: """
      Each pass is one argument, written as its recipe line; @recipe.txt stands for the passes in a file, one a \
      line. A rule that matches nothing, names that collide, a result without tensors are refused. The suffix of OUT \
      tells its format; without one that is known it stays the input's.

        take PATH                          one container becomes the document
        under PREFIX                       keep what lies below it and drop the prefix
        unprefix PREFIX, prefix PREFIX     drop it where it stands, or put it before every key
        keep PATTERN..., drop PATTERN...
        rename FROM TO                     wildcards of FROM are $1, $2 in TO
        cast DTYPE [except PATTERN...]     real floating-point tensors
        untie                              tied tensors get storages of their own
        set PATH JSON                      one plain value
        rows PATTERN pick 0,5,7-9          rows of a classifier; also order FILE, unperturb,
                                           labels OLD NEW [init mean|zero]
        hollow                             every tensor's data becomes zero
        plain                              numpy scalars, namespaces, modules become plain values
        fuse weight-norm | batch-norm      a normalisation becomes part of the weights
        parametrize weight-norm            PyTorch's new names for it; unparametrize gives the old
        family NAME [partial]              an ECAPA-TDNN as 3dspeaker, speechbrain or wespeaker has it

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
