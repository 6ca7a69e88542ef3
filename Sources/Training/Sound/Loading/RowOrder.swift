// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// In which order an epoch goes through the rows of the data.
package enum RowOrder: Sendable, Equatable {
  /// A shuffle keyed by (seed, epoch).
  case shuffled
  /// As the manifest lists them, in every epoch.
  case listed
  /// As a file says.
  case recorded(OrderFile)

  /// `shuffled`, `csv` (as listed), or the path of an order file.
  package init(word: String) throws(CheckpointError) {
    switch word {
    case "shuffled": self = .shuffled
    case "csv": self = .listed
    default: self = .recorded(try OrderFile(word))
    }
  }

  /// As the command line says it.
  package var word: String {
    switch self {
    case .shuffled: "shuffled"
    case .listed: "csv"
    case .recorded(let file): file.path
    }
  }
}

extension EpochPlan {
  /// The batches of an epoch in some order; the short rest at the end is left out.
  ///
  /// - Parameter steps: the most batches; nil for all.
  /// - Throws: `contradiction` where the rows do not fill one batch, and what `OrderFile.order` throws.
  package init(
    _ order: RowOrder, items: Int, batchSize: Int, seed: UInt64, epoch: Int, steps: Int? = nil
  ) throws(CheckpointError) {
    switch order {
    case .shuffled: try self.init(items: items, batchSize: batchSize, seed: seed, epoch: epoch)
    case .listed: try self.init(Array(0..<items), batchSize: batchSize, epoch: epoch)
    case .recorded(let file):
      let rows = try file.order(epoch: epoch, items: items)
      do throws(CheckpointError) {
        try self.init(rows, batchSize: batchSize, epoch: epoch)
      } catch { throw error.at(file: file.path) }
    }
    if let steps, steps < batches.count { self.init(epoch: epoch, batches: Array(batches.prefix(steps))) }
  }
}
