// SPDX-License-Identifier: Apache-2.0
import Training

extension Tape where Numbers: SoftsignKernels {
  /// x / (1 + |x|): `torch.nn.Softsign()`.
  func softsign(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    workers.forEach(x.rows, by: 16, elements: x.elements) {
      Numbers.softsign(x.value.rows($0), into: y.value.rows($0))
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.rows, by: 16, elements: x.elements) {
        Numbers.softsignBackward(x.value.rows($0), d.rows($0), into: dx.rows($0), accumulate: accumulate)
      }
    }
    return y
  }
}

/// Softsign (Bergstra and others 2009).
protocol SoftsignKernels: MatrixKernels {
  /// y := x / (1 + |x|).
  static func softsign(_ x: Matrix, into y: Matrix)
  /// dx (+)= d / (1 + |x|)^2.
  static func softsignBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool)
}

extension ReferenceKernels: SoftsignKernels {
  static func softsign(_ x: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = x[$0, $1] / (1 + x[$0, $1].magnitude) }
  }

  static func softsignBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    each(x) { r, c in
      let width = 1 + x[r, c].magnitude
      dx[r, c] = (accumulate ? dx[r, c] : 0) + d[r, c] / (width * width)
    }
  }
}
