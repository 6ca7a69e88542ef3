// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct ResectTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resect-train",
    abstract: "Train and judge speaker models on the CPU.",
    version: "0.1.0")
}
