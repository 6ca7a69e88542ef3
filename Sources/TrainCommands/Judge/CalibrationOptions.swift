// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// Words of `score` for thresholds that are kept in a file.
struct CalibrationOptions: ParsableArguments {
  @Option(
    help: """
      Write the threshold (of --far or --frr, else of the least cost) and the line from score to logarithm of odds to \
      this file.
      """, completion: .file(extensions: ["json"]))
  var calibrate: String?

  @Option(
    help: "Judge a file of --calibrate on these trials: Cllr, and whether its false-accept rate holds.",
    completion: .file(extensions: ["json"]))
  var calibration: String?

  func task(
    _ wanted: [WantedRate], _ costs: DetectionCosts
  ) throws(CheckpointError) -> ScoreReport.CalibrationTask? {
    if let calibrate {
      guard calibration == nil else {
        throw CheckpointError(
          .wrongWords, "`--calibrate` makes a calibration, `--calibration` judges one",
          hint: "one after the other")
      }
      _ = try OperatingGoal(wanted, costs)
      return .make(calibrate)
    }
    return calibration.map { .judge($0) }
  }
}
