// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The threshold that goes into a model, for whoever compares two embeddings of it by their cosine.
///
/// Scores of other rules need a cohort or a line that no client has. And scores move with the features: a threshold that was
/// measured with others than the client computes would be wrong without anybody seeing it.
struct ExportThreshold {
  /// Nil where it would mislead.
  let value: Double?
  /// Why there is none.
  let note: String?

  /// - Parameter front: what the network was made for.
  init(_ calibration: Calibration, for client: ExportClient, of front: FrontEnd, _ model: String) {
    func none(_ reason: String, _ fed: FrontEnd?) -> (Double?, String?) {
      let word = ShellWords.safe(Text(model))
      let way = fed.map {
        ": `resect-train embed --model \(word) --front-end \($0.rawValue) LIST -o E.npz`, then"
          + " `resect-train score --calibrate FILE`, make one"
      }
      return (nil, "no threshold goes into the model: " + reason + (way ?? ""))
    }
    // Nobody in particular feeds what the network was made for.
    let fed = client == .plain ? front : client.front
    if client == .weSpeaker {
      (value, note) = none("wespeaker computes other features than any that it can be measured with", nil)
    } else if calibration[.cosine] == nil {
      (value, note) = none("the calibration has none for the cosine itself", fed)
    } else if let fed, calibration.frontEnd != Text(fed.rawValue) {
      let measured =
        calibration.frontEnd.map { "was measured with `\($0)`" } ?? "does not say with which features"
      (value, note) = none(
        "the calibration \(measured), and \(client == .plain ? "the network" : client.rawValue) is fed `\(fed.rawValue)`",
        fed)
    } else {
      (value, note) = (calibration[.cosine]?.point.threshold, nil)
    }
  }
}
