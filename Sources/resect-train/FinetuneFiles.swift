// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

/// What `finetune` reads and where it writes.
struct FinetuneFiles: ParsableArguments {
  @Option(
    help: "A bare backbone, such as strip writes, an embedding_model.ckpt, or a folder of checkpoints.",
    completion: .file())
  var backbone: String

  @Option(help: "A folder with one sub-folder a speaker, or a csv file.", completion: .file())
  var data: String

  @Option(name: [.short, .long], help: "The experiment folder; it is made.", completion: .directory)
  var output: String

  @Option(help: "Labelled speech to judge by after each epoch: a folder or a csv file.", completion: .file())
  var validate: String?

  @Option(help: "The csv column that names the speaker.")
  var labelColumn: String?

  @Option(help: "Write a checkpoint every N epochs, and after the last.")
  var saveEvery = 5

  @Flag(help: "Write into an experiment that has checkpoints, beside them.")
  var force = false

  func apply(to options: inout FinetuneOptions) {
    options.heldOut = validate
    options.labelColumn = labelColumn
    options.saveEvery = saveEvery
    options.isBeside = force
  }
}
