// SPDX-License-Identifier: Apache-2.0

/// What a backbone and its classifier come to on speech that training does not see; nil where there is none.
package struct EpochJudgement: Codable, Sendable, Equatable {
  /// The share of right answers on held-out utterances of the speakers that are trained on.
  package var heldOutAccuracy: Double?
  /// The equal error rate over pairs of them.
  package var heldOutEER: Double?
  /// The equal error rate of the trials to choose by.
  package var trialEER: Double?
  /// The equal error rate of the trials of what the backbone could do before.
  package var oldTrialEER: Double?

  package init(
    heldOutAccuracy: Double? = nil, heldOutEER: Double? = nil, trialEER: Double? = nil,
    oldTrialEER: Double? = nil
  ) {
    (self.heldOutAccuracy, self.heldOutEER) = (heldOutAccuracy, heldOutEER)
    (self.trialEER, self.oldTrialEER) = (trialEER, oldTrialEER)
  }

  /// What was judged, each figure with its name.
  package var figures: [(name: String, text: String)] {
    [
      ("held out", heldOutAccuracy), ("EER", heldOutEER), ("trials", trialEER), ("old trials", oldTrialEER),
    ].compactMap { name, share in share.map { (name, "\(Decimals.text($0 * 100, places: 2)) %") } }
  }

  /// `held out 91.20 %, EER 4.10 %, trials 5.00 %, old trials 6.10 %`; empty where nothing was judged.
  package var text: String { figures.map { "\($0.name) \($0.text)" }.joined(separator: ", ") }
}
