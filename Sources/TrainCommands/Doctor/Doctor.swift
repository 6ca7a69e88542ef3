// SPDX-License-Identifier: Apache-2.0
package import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train doctor`: what a report of a fault should say of the machine, with the kernels that train on it.
package struct Doctor: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Print versions, processor, libraries, kernels and limits, for a report of a fault.",
    discussion: """
      Nothing of who uses the machine or for what: no names, no paths, no files. Nothing is sent anywhere.

      Examples:
        resect-train doctor
        resect-train doctor --json
      """)

  @OptionGroup var output: OutputOptions

  package init() {}

  package func run() throws {
    let report = DoctorReport(
      "resect-train", threads: Workers.processors, libraries: TrainerLibraries.all,
      kernels: [
        .init("matrix products", "OpenBLAS, \(BLAS.core)"),
        .init("convolutions", DirectForm.all.first?.name ?? "columns and matrix products"),
      ])
    try output.print(report) { report.text }
  }
}
