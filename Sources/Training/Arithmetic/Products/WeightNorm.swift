// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: RowKernels & ActivationKernels {
  /// Row n is g[n] v[n] / ||v[n]||: the weight of a layer under `torch.nn.utils.weight_norm` with dim 0
  /// (Salimans and Kingma 2016). A length below 1e-12 counts as 1e-12.
  ///
  /// - Parameters:
  ///   - v: `weight_v`, outputs x inputs.
  ///   - g: `weight_g`, outputs x 1.
  package func weightNorm(_ v: Variable<Real>, _ g: Variable<Real>) -> Variable<Real> {
    precondition(g.rows == v.rows && g.channels == 1, "one gain for each row")
    let units = unitRows(v)
    let weight = make(
      batch: v.batch, positions: v.positions, channels: v.channels,
      requiresGradient: v.requiresGradient || g.requiresGradient)
    let factors = Rows<Real>(arena, 1, v.rows)
    for row in 0..<v.rows { factors[0, row] = g.value[row, 0] }
    scaleRows(units.value, by: factors, into: weight.value)
    guard weight.requiresGradient else { return weight }
    record { [unowned self] in
      guard let d = weight.gradient else { return }
      if g.requiresGradient { dots(d, units.value, into: g) }
      guard units.requiresGradient else { return }
      // Nobody else reads the weight's gradient: it becomes the units' in place.
      scaleRows(d, by: factors, into: d)
      units.tensor.adopt(d)
    }
    return weight
  }

  private func scaleRows(_ x: Rows<Real>, by factors: Rows<Real>, into y: Rows<Real>) {
    workers.forEach(x.rows, by: 64, elements: x.rows * x.columns) {
      Numbers.scaleRows(x.rows($0), by: factors.columns($0), into: y.rows($0))
    }
  }

  /// The column g's gradient (+)= the dots of the rows of a and b.
  private func dots(_ a: Rows<Real>, _ b: Rows<Real>, into g: Variable<Real>) {
    let row = Rows<Real>(arena, 1, a.rows)
    workers.forEach(a.rows, by: 64, elements: a.rows * a.columns) {
      Numbers.rowDots(a.rows($0), b.rows($0), into: row.columns($0))
    }
    let (gradient, accumulate) = g.claimGradient()
    for n in 0..<a.rows { gradient[n, 0] = (accumulate ? gradient[n, 0] : 0) + row[0, n] }
  }
}
