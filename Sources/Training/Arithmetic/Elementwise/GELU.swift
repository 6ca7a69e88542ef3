// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

extension Tape where Numbers: GELUKernels {
  /// x Phi(x), Phi the normal distribution function: `torch.nn.GELU()`.
  package func gelu(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    workers.forEach(x.rows, by: 16, elements: x.elements) {
      Numbers.gelu(x.value.rows($0), into: y.value.rows($0))
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.rows, by: 16, elements: x.elements) {
        Numbers.geluBackward(x.value.rows($0), d.rows($0), into: dx.rows($0), accumulate: accumulate)
      }
    }
    return y
  }
}

/// The Gaussian error linear unit (Hendrycks and Gimpel 2016).
package protocol GELUKernels: MatrixKernels {
  /// y := x Phi(x), Phi the normal distribution function (`torch.nn.GELU`).
  static func gelu(_ x: Matrix, into y: Matrix)
  /// dx (+)= d (Phi(x) + x Phi'(x)).
  static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool)
}

extension ReferenceKernels: GELUKernels {
  package static func gelu(_ x: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = Real(Double(x[$0, $1]) * normalDistribution(Double(x[$0, $1]))) }
  }

  package static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    each(x) { r, c in
      let v = Double(x[r, c])
      let density = exp(-v * v / 2) / (2 * Double.pi).squareRoot()
      let slope = normalDistribution(v) + v * density
      dx[r, c] = (accumulate ? dx[r, c] : 0) + d[r, c] * Real(slope)
    }
  }

  private static func normalDistribution(_ v: Double) -> Double { (1 + erf(v / 2.0.squareRoot())) / 2 }
}

extension NativeKernels: GELUKernels {
  package static func gelu(_ x: Matrix, into y: Matrix) {
    unsafe table.gelu(x.c, y.c)
  }

  package static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    unsafe table.gelu_backward(x.c, d.c, dx.c, accumulate ? 1 : 0)
  }
}
