// SPDX-License-Identifier: Apache-2.0

/// Batch normalisation, padding and the gate, as definitions.
extension ReferenceKernels {
  package static func activate(
    _ z: Matrix, bias: Matrix?, context: Matrix?, _ activation: Activation,
    moments: (mean: Sums, squares: Sums)?
  ) {
    let (low, high) = activation.bounds
    each(z) { r, c in
      let a = z[r, c] + (bias?[0, c] ?? 0) + (context?[0, c] ?? 0)
      z[r, c] = a < Real(low) ? Real(low) : a > Real(high) ? Real(high) : a
    }
    guard let moments else { return }
    for c in 0..<z.columns {
      let mean = sum(z.rows) { Double(z[$0, c]) } / Double(z.rows)
      moments.mean[0, c] = mean
      moments.squares[0, c] = sum(z.rows) { (Double(z[$0, c]) - mean) * (Double(z[$0, c]) - mean) }
    }
  }

  package static func affineActivate(
    _ z: Matrix, scale: Matrix, offset: Matrix, residual: Matrix?, _ activation: Activation, into y: Matrix
  ) {
    let (low, high) = activation.bounds
    each(z) { r, c in
      let a = z[r, c] * scale[0, c] + offset[0, c] + (residual?[r, c] ?? 0)
      y[r, c] = a < Real(low) ? Real(low) : a > Real(high) ? Real(high) : a
    }
  }

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

  package static func pad(_ x: Matrix, plus: Matrix?, by padding: Int, _ mode: Padding, into out: Matrix) {
    for r in 0..<out.rows {
      let source = mirrored(r - padding, rows: x.rows)
      let outside = r < padding || r >= padding + x.rows
      for c in 0..<x.columns {
        out[r, c] = outside && mode == .zeros ? 0 : x[source, c] + (plus?[source, c] ?? 0)
      }
    }
  }

  package static func fold(
    _ padded: Matrix, by padding: Int, _ mode: Padding, into dx: Matrix, accumulate: Bool
  ) {
    if !accumulate { dx.fill(0) }
    for r in 0..<padded.rows {
      if mode == .zeros && (r < padding || r >= padding + dx.rows) { continue }
      for c in 0..<dx.columns { dx[mirrored(r - padding, rows: dx.rows), c] += padded[r, c] }
    }
  }

  package static func deinterleave(_ weight: Matrix, _ taps: Int, rows: Range<Int>, into packed: Matrix) {
    each(weight) { r, c in
      if rows.contains(r) { packed[r, c % taps * (weight.columns / taps) + c / taps] = weight[r, c] }
    }
  }

  package static func interleave(
    _ packed: Matrix, _ taps: Int, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    each(weight) { r, c in
      guard rows.contains(r) else { return }
      weight[r, c] =
        (accumulate ? weight[r, c] : 0) + packed[r, c % taps * (weight.columns / taps) + c / taps]
    }
  }

  /// The row that stands at `row` when the rows 0 ..< `rows` are mirrored at their ends.
  private static func mirrored(_ row: Int, rows: Int) -> Int {
    row < 0 ? min(-row, rows - 1) : row >= rows ? max(2 * (rows - 1) - row, 0) : row
  }

  package static func gate(_ y: Matrix, gate: Matrix, residual: Matrix, into out: Matrix) {
    each(y) { out[$0, $1] = y[$0, $1] * gate[0, $1] + residual[$0, $1] }
  }

  package static func gateSums(_ d: Matrix, _ y: Matrix, into dGate: Matrix) {
    for c in 0..<d.columns {
      dGate[0, c] = Real(sum(d.rows) { Double(d[$0, c] * y[$0, c]) })
    }
  }

  package static func gateBackward(
    _ d: Matrix, gate: Matrix, offset: Matrix, into dy: Matrix, accumulate: Bool
  ) {
    each(d) { dy[$0, $1] = (accumulate ? dy[$0, $1] : 0) + d[$0, $1] * gate[0, $1] + offset[0, $1] }
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
