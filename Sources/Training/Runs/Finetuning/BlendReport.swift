// SPDX-License-Identifier: Apache-2.0

/// A backbone that a run made at its end, between what it had begun with and what it had come to.
package struct BlendReport: Codable, Sendable, Equatable {
  /// One point on the way from the start to the end.
  package struct Point: Codable, Sendable, Equatable {
    /// The end's share: 0 is the start, 1 the end.
    package let share: Double
    package let judgement: EpochJudgement
  }

  /// By so much, as a share of what it was at the start, the EER of the old trials may rise for a point to be kept.
  package static let mostLost = 0.1

  package let folder: String
  /// What the points were judged by.
  package let metric: EpochFigures.Metric
  /// From the start to the end.
  package let points: [Point]
  /// The share of the point that was kept: of equally good ones the nearest to the start. One that has forgotten too much is
  /// never kept.
  package let share: Double

  /// Nil where no point has a figure.
  init?(_ folder: String, _ points: [Point], by metric: EpochFigures.Metric) {
    var best: (share: Double, value: Double)?
    for point in points {
      guard let value = point.judgement.value(of: metric), !Self.forgets(point, points[0]) else { continue }
      if let best, !metric.isBetter(value, than: best.value) { continue }
      best = (point.share, value)
    }
    guard let best else { return nil }
    (self.folder, self.metric, self.points, share) = (folder, metric, points, best.share)
  }

  private static func forgets(_ point: Point, _ start: Point) -> Bool {
    guard let old = point.judgement.oldTrialEER, let before = start.judgement.oldTrialEER else {
      return false
    }
    return old > before * (1 + mostLost)
  }

  package var text: String {
    "blend: \(Decimals.text(share, places: 1)) of the way from the start to the end, by \(metric.rawValue)"
      + (points.contains { Self.forgets($0, points[0]) }
        ? ", of those that lose at most a tenth on old trials" : "")
  }
}
