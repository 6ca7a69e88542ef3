// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect doctor`: what a report of a fault should say of the machine.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print versions, processor, libraries and limits, for a report of a fault.",
    discussion: """
      Nothing of who uses the machine or for what: no names, no paths, no files. Nothing is sent anywhere.

      Examples:
        resect doctor
        resect doctor --json
      """)

  @OptionGroup var output: OutputOptions

  func run() throws {
    // Hashes are computed and tensors copied by the thread that asks.
    let report = DoctorReport("resect", threads: 1)
    try output.print(report) { report.text }
  }
}
