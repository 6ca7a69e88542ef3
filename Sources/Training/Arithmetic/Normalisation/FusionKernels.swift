// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

/// Attentive feature fusion: what follows its two normalisations.
package protocol FusionKernels: MatrixKernels {
  /// y := a sigmoid(a) with a = z scale + offset, by columns.
  static func affineSwish(_ z: Matrix, scale: Matrix, offset: Matrix, into y: Matrix)
  /// d := a's gradient, d being that of y.
  static func swishBackward(_ d: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix)
  /// out := x (1 + t) + y (1 - t) with t = tanh(z scale + offset), by columns.
  static func fuse(
    _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, into out: Matrix)
  /// dx (+)= x's gradient, dy (+)= y's; then d, which was out's, := that of z scale + offset.
  static func fuseBackward(
    _ d: Matrix, _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, dx: Target?,
    dy: Target?)
}

extension ReferenceKernels: FusionKernels {
  package static func affineSwish(_ z: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    each(z) { r, c in
      let a = z[r, c] * scale[0, c] + offset[0, c]
      y[r, c] = a * logistic(a)
    }
  }

  package static func swishBackward(_ d: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix) {
    each(d) { r, c in
      let a = z[r, c] * scale[0, c] + offset[0, c]
      d[r, c] *= logistic(a) * (1 + a * (1 - logistic(a)))
    }
  }

  package static func fuse(
    _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, into out: Matrix
  ) {
    each(z) { r, c in
      let t = Real(Glibc.tanh(Double(z[r, c] * scale[0, c] + offset[0, c])))
      out[r, c] = x[r, c] * (1 + t) + y[r, c] * (1 - t)
    }
  }

  package static func fuseBackward(
    _ d: Matrix, _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, dx: Target?,
    dy: Target?
  ) {
    each(d) { r, c in
      let t = Real(Glibc.tanh(Double(z[r, c] * scale[0, c] + offset[0, c])))
      if let dx { dx.rows[r, c] = (dx.accumulate ? dx.rows[r, c] : 0) + d[r, c] * (1 + t) }
      if let dy { dy.rows[r, c] = (dy.accumulate ? dy.rows[r, c] : 0) + d[r, c] * (1 - t) }
      d[r, c] *= (x[r, c] - y[r, c]) * (1 - t * t)
    }
  }

  private static func logistic(_ a: Real) -> Real { Real(1 / (1 + exp(-Double(a)))) }
}

extension NativeKernels: FusionKernels {
  package static func affineSwish(_ z: Matrix, scale: Matrix, offset: Matrix, into y: Matrix) {
    unsafe table.affine_swish(z.c, scale.c, offset.c, y.c)
  }

  package static func swishBackward(_ d: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix) {
    unsafe table.swish_backward(d.c, z.c, scale.c, offset.c)
  }

  package static func fuse(
    _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, into out: Matrix
  ) {
    unsafe table.fuse(x.c, y.c, z.c, scale.c, offset.c, out.c)
  }

  package static func fuseBackward(
    _ d: Matrix, _ x: Matrix, _ y: Matrix, _ z: Matrix, scale: Matrix, offset: Matrix, dx: Target?,
    dy: Target?
  ) {
    unsafe table.fuse_backward(
      d.c, x.c, y.c, z.c, scale.c, offset.c, (dx?.rows).c(), dx?.accumulate == true ? 1 : 0, (dy?.rows).c(),
      dy?.accumulate == true ? 1 : 0)
  }
}
