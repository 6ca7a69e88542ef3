// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Attentive feature fusion, as a definition.
extension ReferenceKernels {
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
