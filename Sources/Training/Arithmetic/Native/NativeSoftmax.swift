// SPDX-License-Identifier: Apache-2.0
import CKernels

/// GELU, softmax and what goes with them, each a call of its C form.
extension NativeKernels {
  package static func gelu(_ x: Matrix, into y: Matrix) {
    unsafe table.gelu(x.c, y.c)
  }

  package static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    unsafe table.gelu_backward(x.c, d.c, dx.c, accumulate ? 1 : 0)
  }

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

  package static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix) {
    unsafe table.row_dots(a.c, b.c, out.c)
  }

  package static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix) {
    unsafe table.scale_rows(x.c, factors.c, y.c)
  }

  package static func average(_ value: Matrix, _ other: Matrix, keep: Double) {
    unsafe table.average(value.c, other.c, keep)
  }
}
