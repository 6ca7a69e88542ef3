// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect show`: an `Exhibit` of one key.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One tensor: statistics, histogram, first values; or one other value.",
    discussion: """
      A key without / is looked for in every state dict; where several have it, the whole path must be given.

      Examples:
        resect show checkpoint.pth teacher/module.backbone.fc.conv.weight
        resect show checkpoint.pth epoch
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Argument(help: "A path as `resect ls` prints it, or a key.", completion: TensorNames.completion)
  var key: Text

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let document = try Checkpoint.open(file)
    let exhibit = try NothingFound.reading { try document.exhibit(key) }
    try output.print(exhibit) { ExhibitText.text(exhibit) }
  }
}
