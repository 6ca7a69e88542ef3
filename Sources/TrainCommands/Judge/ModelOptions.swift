// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// Words of whatever embeds: the network, and what it is fed.
struct ModelOptions: ParsableArguments {
  @Option(
    help:
      "A bare backbone, a CKPT-EPOCH folder, an experiment folder (its newest checkpoint), or an ONNX model.",
    completion: .file())
  var model: String

  @Option(help: "What the network takes, where the file's _metadata does not tell: \(FrontEnd.words).")
  var frontEnd: FrontEnd?

  @Option(help: "Threads; no result depends on their number (default: one a processor).")
  var threads: Int?

  func check() throws(CheckpointError) {
    if let threads, !(1...256).contains(threads) {
      throw CheckpointError(.wrongWords, "`--threads \(threads)`: it must be 1 to 256")
    }
  }
}
