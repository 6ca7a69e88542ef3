// SPDX-License-Identifier: Apache-2.0

/// What a self-supervised run is going to do.
package struct DINOPlan: Codable, Sendable, Equatable {
  package var method: String
  /// The file that it goes on from; nil for a run from nothing.
  package var from: String?
  /// The file has neither optimizer nor epoch: the optimizer begins anew.
  package var isWeightsOnly: Bool
  package var summary: String
  package var data: String
  package var utterances: Int
  package var globals: Int
  package var locals: Int
  package var frames: Int
  package var batchSize: Int
  package var stepsPerEpoch: Int
  package var epochs: Int
  /// Counted from 0, as upstream counts them.
  package var firstEpoch: Int
  package var firstStep: Int
  package var trained: Int
  /// The statement that is written at the end; nil where none was asked for.
  package var provenance: String?

  package var text: String {
    """
    method      \(summary)
    begins      \(beginning)
    data        \(utterances) recordings, \(globals) global crop\(globals == 1 ? "" : "s") of \(frames) frames, \(locals) local ones of \(frames / 2)
    training    \(trained) parameters; \(epochs) epochs of \(stepsPerEpoch) steps of \(batchSize)
    \(provenance.map { "provenance  \($0)\n" } ?? "")
    """
  }

  private var beginning: String {
    guard let from else { return "from nothing" }
    if isWeightsOnly { return "\(from), weights alone: it has neither optimizer nor epoch" }
    return "\(from), epoch \(firstEpoch)" + (firstStep > 0 ? ", step \(firstStep)" : "")
  }
}

/// One epoch's figures: the means of its steps' losses.
package struct DINOFigures: Codable, Sendable, Equatable {
  /// Counted from 0, as upstream counts.
  package var epoch: Int
  /// By upstream's names.
  package var losses: [String: Double]
  /// At the last step.
  package var learningRate: Double
  package var teacherMomentum: Double

  package var text: String {
    let names = ["loss"] + losses.keys.filter { $0 != "loss" }.sorted()
    let figures = names.map { "\($0) \(Decimals.text(losses[$0] ?? 0, places: 4))" }
    return figures.joined(separator: "  ") + "  lr \(Decimals.text(learningRate, places: 6))"
  }
}

/// What a run did: what `--json` prints.
package struct DINOReport: Codable, Sendable {
  package var schema = 1
  package var plan: DINOPlan
  package var epochs: [DINOFigures] = []
  /// The files that were written.
  package var checkpoints: [String] = []

  package init(plan: DINOPlan) { self.plan = plan }
}
