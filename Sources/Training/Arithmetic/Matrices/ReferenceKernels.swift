// SPDX-License-Identifier: Apache-2.0

/// The definition of every kernel, in plain Swift and any precision.
package enum ReferenceKernels<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Sendable {
  package typealias Matrix = Rows<Real>
  package typealias Sums = Rows<Double>
  package typealias Target = (rows: Matrix, accumulate: Bool)

  /// The sum of `term` over 0 ..< count.
  static func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
    var total = 0.0
    for index in 0..<count { total += term(index) }
    return total
  }

  /// Every (row, column) of a matrix.
  package static func each(_ matrix: Matrix, _ body: (Int, Int) -> Void) {
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { body(row, column) }
    }
  }
}
