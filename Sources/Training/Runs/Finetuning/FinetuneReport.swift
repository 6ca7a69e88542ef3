// SPDX-License-Identifier: Apache-2.0
/// What a run did: what `--json` prints.
package struct FinetuneReport: Codable, Sendable {
  package var schema = 1
  package var plan: FinetunePlan
  package var loading: LoadingTable
  /// Held-out accuracy before the first step.
  package var heldOutBefore: Double?
  /// The equal error rates of the trials before it.
  package var trialsBefore: Double?
  package var oldTrialsBefore: Double?
  package var epochs: [EpochFigures] = []
  /// Where a resumed run went on: steps that were over; nil for one from the beginning.
  package var resumedAt: Int?
  /// The best epoch, where there was something to judge on.
  package var best: TrainingState.Best?
  /// Why it ended before its last epoch; nil where it did not.
  package var stop: EarlyStop?
  /// The average that was written; nil where none was asked for.
  package var average: AverageReport?
  /// The blend of start and end that was written; nil where none was asked for.
  package var blend: BlendReport?
  /// The folders that were written and still stand.
  package var checkpoints: [String] = []

  package init(plan: FinetunePlan, loading: LoadingTable) {
    self.plan = plan
    self.loading = loading
  }
}

extension FinetuneReport {
  /// The folders that were made of checkpoints at the end.
  var merged: [String] { [average?.folder, blend?.folder].compactMap { $0 } }
}
