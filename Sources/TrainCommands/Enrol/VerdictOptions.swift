// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// Words that say what a verdict goes by.
struct VerdictOptions: ParsableArguments {
  // A cosine may be negative: what follows is the value, whatever it begins with.
  @Option(
    parsing: .unconditional,
    help: "Two are of one speaker where their cosine is above this; it stands above all files.")
  var threshold: Double?

  @Option(
    help: "A file of score --calibrate: its threshold of the cosine, and the odds.",
    completion: .file(extensions: ["json"]))
  var calibration: String?

  /// Refuses a threshold that no cosine reaches, before any file is read.
  func check() throws(CheckpointError) {
    if let threshold { try DecisionRule.check(threshold) }
  }

  func rule(_ model: EmbeddingModel) throws(CheckpointError) -> DecisionRule {
    try DecisionRule(given: threshold, calibration: calibration, front: model.front, model: model.path)
  }
}
