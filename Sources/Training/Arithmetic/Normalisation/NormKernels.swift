// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Batch normalisation, back.
package protocol NormKernels: ActivationKernels {
  /// sum := column sums of d; product := column sums of d (a - mean) inverse. With a gate, d counts where the gate's
  /// activation of a has a slope.
  static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, gate: AffineGate<Real>?, sum: Sums, product: Sums
  )
  /// d := d where the activation that gave y has a slope, else 0; branch (+)= d; then the sums of `normSums`.
  static func branchSums(
    _ d: Matrix, _ y: Matrix, _ activation: Activation, branch: (rows: Matrix, accumulate: Bool)?,
    _ a: Matrix,
    mean: Matrix, inverse: Matrix, sum: Sums, product: Sums)
  /// d := p d + u (a - mean) + v; sum := column sums. With a gate, d counts where the gate's activation of a has a
  /// slope; without, the result is 0 where the activation that gave a has none.
  static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    gate: AffineGate<Real>?, sum: Sums)
  /// With d the gradient of y = activation(norm(x)), 0 where the activation has no slope: sum += column sums of d;
  /// product += column sums of d (x - mean) inverse; dx (+)= p d.
  static func activatedNormBackward(
    _ d: Matrix, _ y: Matrix, _ x: Matrix, mean: Matrix, inverse: Matrix, p: Matrix, _ activation: Activation,
    sum: Sums, product: Sums, into dx: Matrix?, accumulate: Bool)
}

extension ReferenceKernels: NormKernels {
  package static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, gate: AffineGate<Real>?, sum: Sums, product: Sums
  ) {
    sum.fill(0)
    product.fill(0)
    each(d) { r, c in
      let slope = gate?.lets(a, r, c) == false ? 0 : d[r, c]
      sum[0, c] += Double(slope)
      product[0, c] += Double(slope * ((a[r, c] - mean[0, c]) * inverse[0, c]))
    }
  }

  package static func branchSums(
    _ d: Matrix, _ y: Matrix, _ activation: Activation, branch: (rows: Matrix, accumulate: Bool)?,
    _ a: Matrix,
    mean: Matrix, inverse: Matrix, sum: Sums, product: Sums
  ) {
    each(d) { r, c in
      if !activation.hasSlope(y[r, c]) { d[r, c] = 0 }
      if let branch { branch.rows[r, c] = (branch.accumulate ? branch.rows[r, c] : 0) + d[r, c] }
    }
    normSums(d, a, mean: mean, inverse: inverse, sum: sum, product: product)
  }

  package static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    gate: AffineGate<Real>?, sum: Sums
  ) {
    sum.fill(0)
    each(d) { r, c in
      let slope = gate?.lets(a, r, c) == false ? 0 : d[r, c]
      let value = p[0, c] * slope + u[0, c] * (a[r, c] - mean[0, c]) + v[0, c]
      d[r, c] = activation.hasSlope(a[r, c]) ? value : 0
      sum[0, c] += Double(d[r, c])
    }
  }

  package static func activatedNormBackward(
    _ d: Matrix, _ y: Matrix, _ x: Matrix, mean: Matrix, inverse: Matrix, p: Matrix, _ activation: Activation,
    sum: Sums, product: Sums, into dx: Matrix?, accumulate: Bool
  ) {
    let (low, high) = activation.bounds
    each(d) { r, c in
      let value = y[r, c] > Real(low) && y[r, c] < Real(high) ? d[r, c] : 0
      sum[0, c] += Double(value)
      product[0, c] += Double(value * ((x[r, c] - mean[0, c]) * inverse[0, c]))
      if let dx { dx[r, c] = (accumulate ? dx[r, c] : 0) + p[0, c] * value }
    }
  }
}

extension NativeKernels: NormKernels {
  package static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, gate: AffineGate<Real>?, sum: Sums, product: Sums
  ) {
    unsafe table.norm_sums(d.c, a.c, mean.c, inverse.c, slope(.none, gate), sum.sums, product.sums)
  }

  package static func branchSums(
    _ d: Matrix, _ y: Matrix, _ activation: Activation, branch: (rows: Matrix, accumulate: Bool)?,
    _ a: Matrix,
    mean: Matrix, inverse: Matrix, sum: Sums, product: Sums
  ) {
    let (low, high) = activation.bounds
    unsafe table.branch_sums(
      d.c, y.c, low, high, (branch?.rows).c(), branch?.accumulate == true ? 1 : 0, a.c, mean.c, inverse.c,
      sum.sums, product.sums)
  }

  package static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    gate: AffineGate<Real>?, sum: Sums
  ) {
    precondition(gate == nil || activation == .none, "an activation after or before, not both")
    unsafe table.norm_backward(d.c, a.c, mean.c, p.c, u.c, v.c, slope(activation, gate), sum.sums)
  }

  package static func activatedNormBackward(
    _ d: Matrix, _ y: Matrix, _ x: Matrix, mean: Matrix, inverse: Matrix, p: Matrix, _ activation: Activation,
    sum: Sums, product: Sums, into dx: Matrix?, accumulate: Bool
  ) {
    let (low, high) = activation.bounds
    unsafe table.activated_norm_backward(
      d.c, y.c, x.c, mean.c, inverse.c, p.c, low, high, sum.sums, product.sums, dx.c(), accumulate ? 1 : 0)
  }

  private static func slope(_ activation: Activation, _ gate: AffineGate<Real>?) -> ck_slope {
    let (low, high) = (gate?.activation ?? activation).bounds
    return unsafe ck_slope(scale: (gate?.scale).c(), offset: (gate?.offset).c(), low: low, high: high)
  }
}

extension NormKernels {
  package static func normSums(
    _ d: Matrix, _ a: Matrix, mean: Matrix, inverse: Matrix, sum: Sums, product: Sums
  ) {
    normSums(d, a, mean: mean, inverse: inverse, gate: nil, sum: sum, product: product)
  }

  package static func normBackward(
    _ d: Matrix, _ a: Matrix, mean: Matrix, p: Matrix, u: Matrix, v: Matrix, _ activation: Activation,
    sum: Sums
  ) {
    normBackward(d, a, mean: mean, p: p, u: u, v: v, activation, gate: nil, sum: sum)
  }
}

/// An activation of a scale + offset, by columns: where it has a slope is told from a, so that its result need not be
/// read again.
package struct AffineGate<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let scale: Rows<Real>
  package let offset: Rows<Real>
  package let activation: Activation

  package init(scale: Rows<Real>, offset: Rows<Real>, _ activation: Activation) {
    (self.scale, self.offset, self.activation) = (scale, offset, activation)
  }
}

extension Activation {
  fileprivate func hasSlope<Real: BinaryFloatingPoint>(_ value: Real) -> Bool {
    value > Real(bounds.low) && value < Real(bounds.high)
  }
}

extension AffineGate {
  fileprivate func lets(_ a: Rows<Real>, _ row: Int, _ column: Int) -> Bool {
    activation.hasSlope(a[row, column] * scale[0, column] + offset[0, column])
  }
}
