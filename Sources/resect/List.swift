// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "Every tensor: path, dtype, shape, bytes.",
    discussion: """
      Examples:
        resect ls checkpoint.pth
        resect ls checkpoint.pth --json --hash
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Flag(help: "Add each tensor's SHA-256 over its elements.")
  var hash = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let listing = try Checkpoint.open(file).listing(hashing: hash)
    try output.print(listing) {
      listing.tensors.map { tensor in
        "\(tensor.path)\t\(tensor.dtype)\t\(tensor.shape)\t\(tensor.bytes)"
          + (tensor.sha256.map { "\t\($0)" } ?? "")
          + "\n"
      }.joined()
    }
  }
}
