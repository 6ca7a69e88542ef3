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
  /// Those of trials, after the epoch: to choose by, and of what the backbone could do before.
  package var trialEER: Double?
  package var oldTrialEER: Double?

  /// What was judged after the epoch.
  package var judgement: EpochJudgement {
    get {
      EpochJudgement(
        heldOutAccuracy: heldOutAccuracy, heldOutEER: heldOutEER, trialEER: trialEER, oldTrialEER: oldTrialEER
      )
    }
    set {
      (heldOutAccuracy, heldOutEER) = (newValue.heldOutAccuracy, newValue.heldOutEER)
      (trialEER, oldTrialEER) = (newValue.trialEER, newValue.oldTrialEER)
    }
  }
}

extension EpochFigures {
  /// What an epoch can be judged by.
  package enum Metric: String, Sendable, CaseIterable, Codable {
    /// On held-out utterances: higher is better.
    case accuracy
    /// On pairs of held-out utterances: lower is better.
    case eer
    /// On trials: lower is better.
    case trials
    /// In training: lower is better.
    case loss
  }

  /// Nil where there was nothing to judge on.
  package func value(of metric: Metric) -> Double? {
    metric == .loss ? loss : judgement.value(of: metric)
  }
}

extension EpochJudgement {
  /// Nil where there was nothing to judge on, and for what training alone measures.
  func value(of metric: EpochFigures.Metric) -> Double? {
    switch metric {
    case .accuracy: heldOutAccuracy
    case .eer: heldOutEER
    case .trials: trialEER
    case .loss: nil
    }
  }
}

extension EpochFigures.Metric {
  package func isBetter(_ value: Double, than other: Double) -> Bool {
    self == .accuracy ? value > other : value < other
  }
}
