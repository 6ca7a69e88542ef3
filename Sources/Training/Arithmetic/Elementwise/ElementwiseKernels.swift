// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

/// Functions of each element, and the self-supervised front end.
package protocol ElementwiseKernels: MatrixKernels {
  static func tanh(_ x: Matrix, into y: Matrix)
  /// dx (+)= d (1 - y^2).
  static func tanhBackward(_ y: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool)
  /// x := 1 / (1 + exp(-x)).
  static func sigmoid(_ x: Matrix)
  /// out := log(x + 1e-6), each column less its mean and over sqrt(biased variance + 1e-5).
  static func logNormalise(_ x: Matrix, into out: Matrix)
}

extension ReferenceKernels: ElementwiseKernels {
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
}

extension NativeKernels: ElementwiseKernels {
  package static func tanh(_ x: Matrix, into y: Matrix) {
    unsafe table.tanh(x.c, y.c)
  }

  package static func tanhBackward(_ y: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    unsafe table.tanh_backward(y.c, d.c, dx.c, accumulate ? 1 : 0)
  }

  package static func sigmoid(_ x: Matrix) {
    unsafe table.sigmoid(x.c)
  }

  package static func logNormalise(_ x: Matrix, into out: Matrix) {
    unsafe table.log_normalise(x.c, out.c)
  }
}
