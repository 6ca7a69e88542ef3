// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// x Phi(x), Phi the normal distribution function: `torch.nn.GELU()`.
  func gelu(_ x: Variable<Real>) -> Variable<Real> {
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
