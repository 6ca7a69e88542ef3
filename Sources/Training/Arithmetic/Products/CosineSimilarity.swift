// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: RowKernels & ActivationKernels {
  /// cos[b, n] = normalize(x[b]) . normalize(w[n]), as `torch.nn.functional.normalize` does (eps 1e-12).
  package func cosineSimilarity(_ x: Variable<Real>, _ w: Variable<Real>) -> Variable<Real> {
    linear(unitRows(x), weight: unitRows(w))
  }

  /// Each row over its length, a length below 1e-12 counting as 1e-12: `torch.nn.functional.normalize`.
  package func unitRows(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    let lengths = Rows<Real>(arena, 1, x.rows)
    workers.forEach(x.rows, by: 64, elements: x.elements) {
      Numbers.unitRows(x.value.rows($0), into: y.value.rows($0), lengths: lengths.columns($0))
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.rows, by: 64, elements: x.elements) {
        Numbers.unitRowsBackward(
          d.rows($0), y.value.rows($0), lengths: lengths.columns($0), into: dx.rows($0),
          accumulate: accumulate)
      }
    }
    return y
  }
}
