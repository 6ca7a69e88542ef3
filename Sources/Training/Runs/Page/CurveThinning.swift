// SPDX-License-Identifier: Apache-2.0

/// Fewer points for the same picture.
package enum CurveThinning {
  /// The first, lowest, highest and last point of each of `buckets` equal pieces of the x axis: a line through them fills
  /// the same pixels (M4; Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014).
  ///
  /// - Parameter points: by rising x, finite.
  package static func thinned(_ points: [(x: Double, y: Double)], buckets: Int = 500) -> [(
    x: Double, y: Double
  )] {
    guard points.count > 4 * buckets, let low = points.first?.x, let high = points.last?.x, high > low else {
      return points
    }
    var kept: [(x: Double, y: Double)] = []
    var start = 0
    while start < points.count {
      func bucket(_ index: Int) -> Int { Int(Double(buckets) * (points[index].x - low) / (high - low)) }
      var end = start
      var (lowest, highest) = (start, start)
      while end < points.count, bucket(end) == bucket(start) {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      kept += Set([start, lowest, highest, end - 1]).sorted().map { points[$0] }
      start = end
    }
    return kept
  }
}
