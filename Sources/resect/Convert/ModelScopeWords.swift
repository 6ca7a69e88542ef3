// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints

/// What `convert --to modelscope` takes.
struct ModelScopeWords: ParsableArguments {
  @Option(help: "The cosine from which on two recordings are of one speaker.")
  var threshold: Double?

  @Option(
    help: "Take the threshold from this file, which `resect-train score --calibrate` wrote.",
    completion: .file())
  var calibration: String?

  /// - Throws: `wrongWords` where both are given, or the format is another; what `CosineThreshold` throws.
  func options(for format: OutputPlan.Format) throws -> ModelScopeOptions {
    guard format == .modelScope else {
      guard threshold == nil, calibration == nil else {
        throw CheckpointError(
          .wrongWords, "--threshold and --calibration are for folders that modelscope opens",
          hint: "`--to modelscope`")
      }
      return .init()
    }
    guard threshold == nil || calibration == nil else {
      throw CheckpointError(
        .wrongWords, "--threshold gives the threshold and --calibration takes one", hint: "one of the two")
    }
    return ModelScopeOptions(
      threshold: threshold, calibration: try calibration.map { try CosineThreshold($0) })
  }
}
