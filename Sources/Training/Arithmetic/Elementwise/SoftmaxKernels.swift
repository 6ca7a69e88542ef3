// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

/// Softmax over the columns of a row, and the cross-entropy against soft targets.
package protocol SoftmaxKernels: MatrixKernels {
  /// y := softmax over each row's columns of (x - centre) / temperature; centre is one row, y may be x.
  static func softmax(_ x: Matrix, minus centre: Matrix?, temperature: Double, into y: Matrix)
  /// dx (+)= scale p (d - the sum over columns of p d); d has one row for all, or one for each.
  static func softmaxBackward(
    _ p: Matrix, _ d: Matrix, scale: Double, into dx: Matrix, accumulate: Bool)
  /// For one row s: the sum over the rows q of targets of -sum q log softmax(s / temperature).
  /// d (+)= scale times its gradient, when there is a d.
  static func softTargets(
    _ s: Matrix, _ targets: Matrix, temperature: Double, scale: Double, into d: Matrix?, accumulate: Bool
  ) -> Double
}

extension ReferenceKernels: SoftmaxKernels {
  package static func softmax(_ x: Matrix, minus centre: Matrix?, temperature: Double, into y: Matrix) {
    for r in 0..<x.rows {
      let p = shares((0..<x.columns).map { Double(x[r, $0] - (centre?[0, $0] ?? 0)) / temperature })
      for c in 0..<x.columns { y[r, c] = Real(p[c]) }
    }
  }

  package static func softmaxBackward(
    _ p: Matrix, _ d: Matrix, scale: Double, into dx: Matrix, accumulate: Bool
  ) {
    for r in 0..<p.rows {
      let own = d.rows == 1 ? 0 : r
      let along = sum(p.columns) { Double(p[r, $0]) * Double(d[own, $0]) }
      for c in 0..<p.columns {
        let value = scale * Double(p[r, c]) * (Double(d[own, c]) - along)
        dx[r, c] = (accumulate ? dx[r, c] : 0) + Real(value)
      }
    }
  }

  package static func softTargets(
    _ s: Matrix, _ targets: Matrix, temperature: Double, scale: Double, into d: Matrix?, accumulate: Bool
  ) -> Double {
    let logits = (0..<s.columns).map { Double(s[0, $0]) / temperature }
    let p = shares(logits)
    let q = (0..<s.columns).map { c in sum(targets.rows) { Double(targets[$0, c]) } }
    let mass = sum(q.count) { q[$0] }
    let top = logits.max() ?? 0
    let logSum = top + log(sum(logits.count) { exp(logits[$0] - top) })
    for c in 0..<(d?.columns ?? 0) {
      let value = scale / temperature * (mass * p[c] - q[c])
      d?[0, c] = (accumulate ? d?[0, c] ?? 0 : 0) + Real(value)
    }
    return sum(q.count) { q[$0] * (logSum - logits[$0]) }
  }

  private static func shares(_ logits: [Double]) -> [Double] {
    let top = logits.max() ?? 0
    let powers = logits.map { exp($0 - top) }
    let total = sum(powers.count) { powers[$0] }
    return powers.map { $0 / total }
  }
}

extension NativeKernels: SoftmaxKernels {
  package static func softmax(_ x: Matrix, minus centre: Matrix?, temperature: Double, into y: Matrix) {
    unsafe table.softmax(x.c, centre.c(), temperature, y.c)
  }

  package static func softmaxBackward(
    _ p: Matrix, _ d: Matrix, scale: Double, into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.softmax_backward(p.c, d.c, scale, dx.c, accumulate ? 1 : 0)
  }

  package static func softTargets(
    _ s: Matrix, _ targets: Matrix, temperature: Double, scale: Double, into d: Matrix?, accumulate: Bool
  ) -> Double {
    precondition(s.rows == 1 && s.columns > 0 && targets.columns == s.columns, "one row and its targets")
    return unsafe table.soft_targets(s.c, targets.c, temperature, scale, d.c(), accumulate ? 1 : 0)
  }
}
