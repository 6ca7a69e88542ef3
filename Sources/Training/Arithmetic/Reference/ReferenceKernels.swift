// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The definition of every kernel, in plain Swift and any precision.
package enum ReferenceKernels<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Kernels {
  package typealias Matrix = Rows<Real>
  package typealias Sums = Rows<Double>
  package typealias Target = (rows: Matrix, accumulate: Bool)

  package static func multiply(
    _ a: Matrix, transposed ta: Bool, _ b: Matrix, transposed tb: Bool, into c: Matrix, accumulate: Bool
  ) {
    for row in 0..<c.rows {
      for column in 0..<c.columns {
        var sum: Real = accumulate ? c[row, column] : 0
        for k in 0..<(ta ? a.rows : a.columns) {
          sum += (ta ? a[k, row] : a[row, k]) * (tb ? b[column, k] : b[k, column])
        }
        c[row, column] = sum
      }
    }
  }

  package static func add(_ x: Matrix, into out: Matrix, accumulate: Bool) {
    each(x) { out[$0, $1] = (accumulate ? out[$0, $1] : 0) + x[$0, $1] }
  }

  package static func affine(_ a: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    each(a) { y[$0, $1] = a[$0, $1] * scale[0, $1] + offset[0, $1] }
  }

  package static func tanh(_ x: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = Real(Glibc.tanh(Double(x[$0, $1]))) }
  }

  package static func tanhBackward(_ y: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    each(y) { dx[$0, $1] = (accumulate ? dx[$0, $1] : 0) + d[$0, $1] * (1 - y[$0, $1] * y[$0, $1]) }
  }

  package static func sigmoid(_ x: Matrix) {
    each(x) { x[$0, $1] = Real(1 / (1 + exp(-Double(x[$0, $1])))) }
  }

  package static func logNormalise(_ x: Matrix, into out: Matrix) {
    for c in 0..<x.columns {
      let logs = (0..<x.rows).map { log(Double(x[$0, c]) + 1e-6) }
      let mean = sum(x.rows) { logs[$0] } / Double(x.rows)
      let variance = sum(x.rows) { (logs[$0] - mean) * (logs[$0] - mean) } / Double(x.rows)
      for r in 0..<x.rows { out[r, c] = Real((logs[r] - mean) / (variance + 1e-5).squareRoot()) }
    }
  }

  package static func unitRows(_ x: Matrix, into y: Matrix, lengths: Matrix) {
    for r in 0..<x.rows {
      let square = sum(x.columns) { Double(x[r, $0]) * Double(x[r, $0]) }
      let length = max(square.squareRoot(), 1e-12)
      lengths[0, r] = Real(length)
      for c in 0..<x.columns { y[r, c] = Real(Double(x[r, c]) / length) }
    }
  }

  package static func unitRowsBackward(
    _ d: Matrix, _ y: Matrix, lengths: Matrix, into dx: Matrix, accumulate: Bool
  ) {
    for r in 0..<d.rows {
      let length = Double(lengths[0, r])
      // At the floor the length is a constant, and its slope is gone.
      let along = length > 1e-12 ? sum(d.columns) { Double(d[r, $0]) * Double(y[r, $0]) } : 0
      for c in 0..<d.columns {
        let value = Real((Double(d[r, c]) - Double(y[r, c]) * along) / length)
        dx[r, c] = (accumulate ? dx[r, c] : 0) + value
      }
    }
  }

  /// The sum of `term` over 0 ..< count.
  static func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
    var total = 0.0
    for index in 0..<count { total += term(index) }
    return total
  }

  /// Every (row, column) of a matrix.
  static func each(_ matrix: Matrix, _ body: (Int, Int) -> Void) {
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { body(row, column) }
    }
  }
}
