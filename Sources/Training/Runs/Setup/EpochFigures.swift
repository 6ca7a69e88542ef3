// SPDX-License-Identifier: Apache-2.0

/// One epoch's figures.
package struct EpochFigures: Codable, Sendable, Equatable {
  package var epoch: Int
  /// The mean of the steps' losses.
  package var loss: Double
  /// The share of right answers in training, before each step.
  package var accuracy: Double
  /// At the last step.
  package var learningRate: Double
  package var margin: Double
  /// The share of right answers on held-out utterances, after the epoch.
  package var heldOutAccuracy: Double?
  /// The equal error rate over pairs of held-out utterances, after the epoch.
  package var heldOutEER: Double?

  package var text: String {
    var text =
      "loss \(Decimals.text(loss, places: 4))  accuracy \(Decimals.text(accuracy * 100, places: 2)) %"
    text += "  lr \(Decimals.text(learningRate, places: 6))  margin \(Decimals.text(margin, places: 3))"
    if let heldOutAccuracy { text += "  held out \(Decimals.text(heldOutAccuracy * 100, places: 2)) %" }
    if let heldOutEER { text += "  EER \(Decimals.text(heldOutEER * 100, places: 2)) %" }
    return text
  }
}

extension EpochFigures {
  /// What an epoch can be judged by.
  package enum Metric: String, Sendable, CaseIterable, Codable {
    /// On held-out utterances: higher is better.
    case accuracy
    /// On pairs of held-out utterances: lower is better.
    case eer
    /// In training: lower is better.
    case loss
  }

  /// Nil where there was nothing to judge on.
  package func value(of metric: Metric) -> Double? {
    switch metric {
    case .accuracy: heldOutAccuracy
    case .eer: heldOutEER
    case .loss: loss
    }
  }
}

extension EpochFigures.Metric {
  package func isBetter(_ value: Double, than other: Double) -> Bool {
    self == .accuracy ? value > other : value < other
  }
}
