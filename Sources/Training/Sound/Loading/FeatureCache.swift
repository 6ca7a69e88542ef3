// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Synchronization

/// Keeps the features of whole utterances in memory, so that they need not be computed again.
///
/// They are kept in the order in which they are first used, until the budget is spent: every pass goes over all of them,
/// so what came first is as good as any. What is kept never changes a result, only how long it takes.
package final class FeatureCache: Sendable {
  private let kept = Mutex<[Int: FeatureMatrix]>([:])
  private let budget: MemoryBudget

  package init(_ budget: MemoryBudget) { self.budget = budget }

  /// Utterances whose features are kept.
  package var count: Int { kept.withLock { $0.count } }

  /// The features of utterance `index`; `make` makes them where they are not kept.
  func features(
    of index: Int, _ make: () throws(CheckpointError) -> FeatureMatrix
  ) throws(CheckpointError) -> FeatureMatrix {
    if let features = kept.withLock({ $0[index] }) { return features }
    let features = try make()
    kept.withLock { kept in
      if kept[index] == nil, budget.take(features.values.count * MemoryLayout<Float>.stride) {
        kept[index] = features
      }
    }
    return features
  }
}
