// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Which items an epoch's batches hold, in order; the short rest at the end is left out, as upstream's `drop_last` does.
package struct EpochPlan: Sendable, Equatable {
  package let epoch: Int
  package let batches: [[Int]]

  /// A shuffle keyed by (seed, epoch).
  ///
  /// - Throws: `contradiction` where there are fewer items than one batch takes, so that no step could be made.
  package init(items: Int, batchSize: Int, seed: UInt64, epoch: Int) throws(CheckpointError) {
    var random = KeyedRandom(seed: seed, .shuffle, epoch: epoch)
    try self.init(random.permutation(items), batchSize: batchSize, epoch: epoch)
  }

  /// The batches of `rows`, in their order.
  init(_ rows: [Int], batchSize: Int, epoch: Int) throws(CheckpointError) {
    try Self.check(items: rows.count, batchSize: batchSize)
    self.epoch = epoch
    batches = (0..<rows.count / batchSize).map { batch in
      Array(rows[batch * batchSize..<(batch + 1) * batchSize])
    }
  }

  /// A given order, such as one recorded from another run.
  package init(epoch: Int, batches: [[Int]]) {
    self.epoch = epoch
    self.batches = batches
  }

  /// Steps an epoch has.
  package static func steps(items: Int, batchSize: Int) throws(CheckpointError) -> Int {
    try check(items: items, batchSize: batchSize)
    return items / batchSize
  }

  private static func check(items: Int, batchSize: Int) throws(CheckpointError) {
    guard batchSize > 0 else { throw CheckpointError(.wrongWords, "the batch size must be at least 1") }
    guard items >= batchSize else {
      throw CheckpointError(
        .contradiction, "\(items) utterances do not fill one batch of \(batchSize)",
        hint: "--batch-size \(max(items, 1))")
    }
  }
}
