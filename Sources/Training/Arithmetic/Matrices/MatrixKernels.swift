// SPDX-License-Identifier: Apache-2.0
import CKernels

/// The loops that the operations are made of, each over the rows of one utterance or one group. Every kind of operation
/// has a protocol of its own, which lies beside it; this is what all begin with.
///
/// `ReferenceKernels` is the definition, in plain Swift and any precision; `NativeKernels` is the fast form
/// (OpenBLAS and `CKernels`), held against it by the tests. "(+)=" means: set, or add when `accumulate`.
package protocol MatrixKernels: Sendable {
  associatedtype Real: BinaryFloatingPoint & BitwiseCopyable & Sendable
  typealias Matrix = Rows<Real>
  /// Sums over rows are carried in double.
  typealias Sums = Rows<Double>
  /// Where a gradient goes, and whether something is there to add to.
  typealias Target = (rows: Matrix, accumulate: Bool)

  /// c (+)= a b, each factor transposed first if so asked.
  static func multiply(
    _ a: Matrix, transposed: Bool, _ b: Matrix, transposed: Bool, into c: Matrix, accumulate: Bool)
  /// out (+)= x.
  static func add(_ x: Matrix, into out: Matrix, accumulate: Bool)
  /// x := x times the factor.
  static func scale(_ x: Matrix, by factor: Double)
  /// value := keep value + (1 - keep) other.
  static func average(_ value: Matrix, _ other: Matrix, keep: Double)
  /// mean := column means.
  static func columnMeans(_ x: Matrix, into mean: Matrix)
}

extension ReferenceKernels: MatrixKernels {
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

  package static func scale(_ x: Matrix, by factor: Double) {
    each(x) { x[$0, $1] *= Real(factor) }
  }

  package static func average(_ value: Matrix, _ other: Matrix, keep: Double) {
    each(value) { value[$0, $1] = value[$0, $1] * Real(keep) + Real(1 - keep) * other[$0, $1] }
  }

  package static func columnMeans(_ x: Matrix, into mean: Matrix) {
    for c in 0..<x.columns {
      mean[0, c] = Real(sum(x.rows) { Double(x[$0, c]) } / Double(x.rows))
    }
  }
}

extension NativeKernels: MatrixKernels {
  package static func multiply(
    _ a: Matrix, transposed ta: Bool, _ b: Matrix, transposed tb: Bool, into c: Matrix, accumulate: Bool
  ) {
    let inner = ta ? a.rows : a.columns
    precondition(
      (ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns
        && inner == (tb ? b.columns : b.rows), "matrices that can be multiplied")
    guard c.rows > 0, c.columns > 0 else { return }
    BLAS.ready()
    Real.product(a, ta, b, tb, c, accumulate: accumulate)
  }

  package static func add(_ x: Matrix, into out: Matrix, accumulate: Bool) {
    unsafe table.add(x.c, out.c, accumulate ? 1 : 0)
  }

  package static func scale(_ x: Matrix, by factor: Double) {
    unsafe table.scale(x.c, factor)
  }

  package static func average(_ value: Matrix, _ other: Matrix, keep: Double) {
    unsafe table.average(value.c, other.c, keep)
  }

  package static func columnMeans(_ x: Matrix, into mean: Matrix) {
    unsafe table.column_means(x.c, mean.c)
  }
}
