// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The threshold that goes into a model, for whoever compares two embeddings of it by their cosine.
///
/// Scores of other rules need a cohort or a line that no client has. And scores move with the features: a threshold that was
/// measured with others than the client computes would be wrong without anybody seeing it.
struct ExportThreshold {
  /// Nil where it would mislead.
  let value: Double?
  /// The features that it holds for; nil without a value.
  let frontEnd: Text?
  /// Why there is none.
  let note: String?

  /// - Parameter front: what the network was made for.
  init(_ calibration: Calibration, for client: ExportClient, of front: FrontEnd, _ model: String) {
    let threshold = MeasuredThreshold(
      calibration[.cosine]?.point.threshold, frontEnd: calibration.frontEnd)
    // Nobody in particular feeds what the network was made for.
    guard let fed = client == .plain ? front : client.front else {
      (value, frontEnd) = (nil, nil)
      note =
        "no threshold goes into the model: \(client.rawValue) computes other features than any that it can be measured with"
      return
    }
    let use = client == .plain ? "the network" : client.rawValue
    guard let misfit = threshold.misfit(for: Text(fed.rawValue), "\(use) is fed") else {
      (value, frontEnd, note) = (threshold.value, threshold.frontEnd, nil)
      return
    }
    let word = ShellWords.safe(Text(model))
    (value, frontEnd) = (nil, nil)
    note =
      "no threshold goes into the model: \(misfit): `resect-train embed --model \(word) --front-end \(fed.rawValue) LIST"
      + " -o E.npz`, then `resect-train score --calibrate FILE`, make one"
  }
}
