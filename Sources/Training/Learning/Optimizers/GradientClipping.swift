// SPDX-License-Identifier: Apache-2.0

/// Gradients made shorter where they are longer than they may be. Norms are L2, summed in double, by shape alone.
///
/// A gradient is multiplied by maximum / (norm + 1e-6) where that is below 1. A norm that is no number leaves the
/// gradients as they are; it is returned, so that the caller can stop.
package enum GradientClipping<Numbers: Kernels> {
  /// All gradients by one factor, from the norm of all of them (`torch.nn.utils.clip_grad_norm_`).
  ///
  /// - Returns: the norm before.
  @discardableResult
  package static func together(
    _ parameters: [Parameter<Numbers.Real>], maximum: Double, _ workers: Workers
  ) -> Double {
    let gradients = parameters.compactMap(\.usedGradient)
    let norm = squareSums(gradients, workers).reduce(0, +).squareRoot()
    scale(gradients.map { ($0, factor(norm, maximum)) }, workers)
    return norm
  }

  /// Each parameter's gradient by a factor of its own (DINO's `clip_gradients`, 3D-Speaker's `train_rdino.py`).
  ///
  /// - Returns: the norms before, of the parameters that have a gradient, in order.
  @discardableResult
  package static func each(
    _ parameters: [Parameter<Numbers.Real>], maximum: Double, _ workers: Workers
  ) -> [Double] {
    let gradients = parameters.compactMap(\.usedGradient)
    let norms = squareSums(gradients, workers).map { $0.squareRoot() }
    scale(zip(gradients, norms).map { ($0, factor($1, maximum)) }, workers)
    return norms
  }

  private static func factor(_ norm: Double, _ maximum: Double) -> Double { maximum / (norm + 1e-6) }

  private typealias Piece = (owner: Int, rows: Numbers.Matrix)

  private static func pieces(_ matrices: [Numbers.Matrix]) -> [Piece] {
    matrices.enumerated().flatMap { owner, matrix in matrix.pieces.map { (owner, matrix.rows($0)) } }
  }

  /// The sum of squares of each matrix: its pieces' sums, added in their order.
  private static func squareSums(_ matrices: [Numbers.Matrix], _ workers: Workers) -> [Double] {
    let pieces = pieces(matrices)
    let sums = Rows<Double>(Arena(regionBytes: 1), 1, pieces.count)
    workers.forEach(pieces.count, elements: elements(matrices)) {
      sums[0, $0] = Numbers.squareSum(pieces[$0].rows)
    }
    var totals = [Double](repeating: 0, count: matrices.count)
    for (index, piece) in pieces.enumerated() { totals[piece.owner] += sums[0, index] }
    return totals
  }

  private static func scale(_ matrices: [(Numbers.Matrix, Double)], _ workers: Workers) {
    let long = matrices.filter { $0.1 < 1 }
    let pieces = pieces(long.map(\.0))
    workers.forEach(pieces.count, elements: elements(long.map(\.0))) {
      Numbers.scale(pieces[$0].rows, by: long[pieces[$0].owner].1)
    }
  }

  private static func elements(_ matrices: [Numbers.Matrix]) -> Int {
    matrices.reduce(0) { $0 + $1.rows * $1.columns }
  }
}
