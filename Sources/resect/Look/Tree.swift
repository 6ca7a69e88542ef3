// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect tree`: a `TreeReport`, indented.
struct Tree: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Sizes by prefix, repeated blocks once, plain values shown.",
    discussion: """
      Numbered siblings of one structure are shown once: {1..3} x3, the figures below it are those of one.

      Examples:
        resect tree checkpoint.pth
        resect tree checkpoint.pth --depth 2
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Option(help: "How many levels to show, at most 64.")
  var depth = 5

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let tree = try Checkpoint.open(file).tree(depth: depth)
    try output.print(tree) { TreeText(tree).text }
  }
}
