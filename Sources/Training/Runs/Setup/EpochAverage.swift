// SPDX-License-Identifier: Apache-2.0

/// Which epochs' weights are averaged at the end of a run.
package struct EpochAverage: Sendable, Equatable {
  /// At most so many; a run that had fewer averages those.
  package let count: Int
  /// The best ones by `--best-by`, not the last ones.
  package let takesBest: Bool

  /// `5`, or `best:5`; nil for anything else.
  package init?(word: String) {
    let number = word.hasPrefix("best:") ? word.dropFirst(5) : word[...]
    guard let count = Int(number), count > 0 else { return nil }
    self.count = count
    takesBest = word.hasPrefix("best:")
  }

  package var word: String { takesBest ? "best:\(count)" : "\(count)" }

  /// Those of some epochs that are averaged, in their order: of equally good ones the earlier.
  ///
  /// - Parameter epochs: rising, each with what it was judged by; one without is never among the best.
  package func chosen(
    of epochs: [(epoch: Int, figure: Double?)], by metric: EpochFigures.Metric
  ) -> [Int] {
    guard takesBest else { return epochs.suffix(count).map(\.epoch) }
    let judged = epochs.compactMap { entry in entry.figure.map { (entry.epoch, $0) } }
    let best = judged.sorted {
      metric.isBetter($0.1, than: $1.1) || !metric.isBetter($1.1, than: $0.1) && $0.0 < $1.0
    }
    return best.prefix(count).map(\.0).sorted()
  }
}
