// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct Resect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resect",
    abstract: "Look into PyTorch checkpoints and cut them to shape, without Python.",
    version: "0.1.0")
}
