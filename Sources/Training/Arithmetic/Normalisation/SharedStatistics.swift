// SPDX-License-Identifier: Apache-2.0

/// Batch normalisation over the batches of all processes (`torch.nn.SyncBatchNorm`).
extension Tape {
  /// A batch's statistics joined with those of the other processes, in the order of ranks.
  func overProcesses(_ own: BatchStatistics) -> BatchStatistics {
    guard processes.isShared else { return own }
    let all = processes.gather([Double(own.count)] + own.mean + own.squares)
    let channels = own.mean.count
    return BatchStatistics(
      (0..<processes.count).map { process in
        let start = process * (2 * channels + 1)
        return BatchStatistics(
          mean: Array(all[(start + 1)...].prefix(channels)),
          squares: Array(all[(start + 1 + channels)...].prefix(channels)), count: Int(all[start]))
      })
  }

  /// The rows of all processes, and their sums.
  func overProcesses(
    rows: Int, sum: [Double], product: [Double]
  ) -> (rows: Int, sum: [Double], product: [Double]) {
    guard processes.isShared else { return (rows, sum, product) }
    let all = processes.sum([Double(rows)] + sum + product)
    return (Int(all[0]), Array(all[1...].prefix(sum.count)), Array(all[(1 + sum.count)...]))
  }
}

extension BatchStatistics {
  init(mean: [Double], squares: [Double], count: Int) {
    self.mean = mean
    self.squares = squares
    self.count = count
  }

  /// Those of several batches as one (Chan, Golub, LeVeque 1979), in their order.
  init(_ parts: [BatchStatistics]) {
    count = parts.reduce(0) { $0 + $1.count }
    mean = [Double](repeating: 0, count: parts[0].mean.count)
    squares = mean
    for part in parts {
      for c in mean.indices { mean[c] += part.mean[c] * (Double(part.count) / Double(count)) }
    }
    for part in parts {
      for c in mean.indices {
        let apart = part.mean[c] - mean[c]
        squares[c] += part.squares[c] + Double(part.count) * apart * apart
      }
    }
  }
}
