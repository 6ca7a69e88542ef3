// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CommandKit
import TrainCommands

/// The trainer's program: one process.
@main
struct ResectTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resect-train",
    abstract: "Train and judge speaker models on the CPU.",
    discussion: """
      Exit codes: 0 fine, 2 wrong words, 3 cannot read or write, 4 refused for safety.
      """,
    version: Program.version,
    subcommands: TrainCommands.training + TrainCommands.judging)

  static func main() { Program.main(Self.self) }
}
