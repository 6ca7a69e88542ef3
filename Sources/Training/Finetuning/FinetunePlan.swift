// SPDX-License-Identifier: Apache-2.0

/// What a run is going to do.
package struct FinetunePlan: Codable, Sendable, Equatable {
  package var backbone: String
  /// Family and sizes.
  package var summary: String
  package var frontEnd: String
  package var data: String
  package var utterances: Int
  package var classes: Int
  /// Utterances that it is judged on after each epoch; nil without `--validate`.
  package var heldOut: Int?
  package var cropFrames: Int
  package var batchSize: Int
  /// Whole batches; the rest of an epoch's shuffle is left out.
  package var stepsPerEpoch: Int
  package var epochs: Int
  package var classifier: String
  /// Numbers that the steps move, the classifier's among them.
  package var trained: Int
  package var frozen: Int

  package var text: String {
    """
    backbone    \(summary)
    front end   \(frontEnd)
    data        \(utterances) utterances of \(classes) speakers, crops of \(cropFrames) frames\(heldOutText)
    classifier  \(classifier), \(classes) classes
    training    \(trained) parameters, \(frozen) frozen; \(epochs) epochs of \(stepsPerEpoch) steps of \(batchSize)

    """
  }

  private var heldOutText: String { heldOut.map { "; \($0) held out" } ?? "" }
}

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

  package var text: String {
    var text =
      "loss \(Decimals.text(loss, places: 4))  accuracy \(Decimals.text(accuracy * 100, places: 2)) %"
    text += "  lr \(Decimals.text(learningRate, places: 6))  margin \(Decimals.text(margin, places: 3))"
    if let heldOutAccuracy { text += "  held out \(Decimals.text(heldOutAccuracy * 100, places: 2)) %" }
    return text
  }
}

/// What a run did: what `--json` prints.
package struct FinetuneReport: Codable, Sendable {
  package var schema = 1
  package var plan: FinetunePlan
  package var loading: LoadingTable
  /// Held-out accuracy under the fresh classifier, before the first step.
  package var heldOutBefore: Double?
  package var epochs: [EpochFigures] = []
  /// The folders that were written.
  package var checkpoints: [String] = []

  package init(plan: FinetunePlan, loading: LoadingTable) {
    self.plan = plan
    self.loading = loading
  }
}
