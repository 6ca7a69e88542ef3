// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Rows by their lengths and by their products.
package protocol RowKernels: MatrixKernels {
  /// y := each row over its length, a length below 1e-12 counting as 1e-12; lengths is one row.
  static func unitRows(_ x: Matrix, into y: Matrix, lengths: Matrix)
  static func unitRowsBackward(
    _ d: Matrix, _ y: Matrix, lengths: Matrix, into dx: Matrix, accumulate: Bool)
  /// out := the dot of each row of a with the same row of b; out is one row.
  static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix)
  /// y := each row of x times its factor; factors are one row, y may be x.
  static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix)
}

extension ReferenceKernels: RowKernels {
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

  package static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix) {
    for r in 0..<a.rows { out[0, r] = Real(sum(a.columns) { Double(a[r, $0]) * Double(b[r, $0]) }) }
  }

  package static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = x[$0, $1] * factors[0, $0] }
  }
}

extension NativeKernels: RowKernels {
  package static func unitRows(_ x: Matrix, into y: Matrix, lengths: Matrix) {
    unsafe table.unit_rows(x.c, y.c, lengths.c)
  }

  package static func unitRowsBackward(
    _ d: Matrix, _ y: Matrix, lengths: Matrix, into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.unit_rows_backward(d.c, y.c, lengths.c, dx.c, accumulate ? 1 : 0)
  }

  package static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix) {
    unsafe table.row_dots(a.c, b.c, out.c)
  }

  package static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix) {
    unsafe table.scale_rows(x.c, factors.c, y.c)
  }
}
