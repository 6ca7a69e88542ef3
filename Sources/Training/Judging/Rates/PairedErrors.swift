// SPDX-License-Identifier: Apache-2.0

/// The equal error rate over pairs of labelled embeddings: same speaker or not, by cosine.
enum PairedErrors {
  /// Embeddings that are compared each with each; of more, so many are taken at equal distances.
  private static let most = 1500

  /// Nil where all pairs, or none, are of one speaker.
  static func rate(_ embeddings: [[Float]], _ labels: [Int]) -> Double? {
    let step = max(1, (embeddings.count + most - 1) / most)
    let chosen = stride(from: 0, to: embeddings.count, by: step).map { ($0, unit(embeddings[$0])) }
    var scores: [Double] = []
    var targets: [Bool] = []
    for (place, (first, a)) in chosen.enumerated() {
      for (second, b) in chosen[(place + 1)...] {
        scores.append(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 })
        targets.append(labels[first] == labels[second])
      }
    }
    return (try? ErrorRates(scores: scores, targets: targets))?.equalErrorRate.rate
  }

  private static func unit(_ vector: [Float]) -> [Double] {
    let values = vector.map(Double.init)
    let length = max(values.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
    return values.map { $0 / length }
  }
}
