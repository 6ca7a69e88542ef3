// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// The program: its commands in the order of its help. What they do lies in Checkpoints.
@main
struct Resect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resect",
    abstract: "Look into PyTorch checkpoints and cut them to shape, without Python.",
    discussion: """
      Nothing in a file is ever executed. Exit codes: 0 fine or equal, 1 a difference, a misfit or nothing found, \
      2 wrong words, 3 cannot read or write, 4 refused for safety.
      """,
    version: Program.version,
    subcommands: [
      List.self, Tree.self, Show.self, Cat.self, Diff.self, Fit.self, Strip.self, Edit.self,
      ConvertCommand.self,
      MergeCommand.self, Why.self, Verify.self, Scan.self, CheckPolicy.self, GitSetup.self,
      Doctor.self,
    ])

  static func main() { StandardInput.$current.withValue(StandardInput()) { Program.main(Self.self) } }
}
