// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: ElementwiseKernels & ActivationKernels {
  /// tanh of every value.
  package func tanh(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    workers.forEach(x.batch, elements: x.elements) {
      Numbers.tanh(x.value.rows(x.utterance($0)), into: y.value.rows(y.utterance($0)))
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.batch, elements: x.elements) { b in
        Numbers.tanhBackward(
          y.value.rows(y.utterance(b)), d.rows(y.utterance(b)), into: dx.rows(x.utterance(b)),
          accumulate: accumulate)
      }
    }
    return y
  }

  /// max(x, 0).
  package func relu(_ x: Variable<Real>) -> Variable<Real> {
    few(x, slope: { $0 > 0 ? 1 : 0 }) {
      Numbers.activate($0, bias: nil, context: nil, .relu, moments: nil)
    }
  }

  /// 1 / (1 + exp(-x)).
  package func sigmoid(_ x: Variable<Real>) -> Variable<Real> {
    few(x, slope: { $0 * (1 - $0) }, Numbers.sigmoid)
  }

  /// A function of each of few values, such as a row for each utterance; its value tells its slope.
  private func few(
    _ x: Variable<Real>, slope: @escaping (Real) -> Real, _ apply: (Rows<Real>) -> Void
  ) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    Numbers.add(x.value, into: y.value, accumulate: false)
    apply(y.value)
    guard y.requiresGradient else { return y }
    record {
      guard let d = y.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      for row in 0..<d.rows {
        for c in 0..<d.columns {
          dx[row, c] = (accumulate ? dx[row, c] : 0) + d[row, c] * slope(y.value[row, c])
        }
      }
    }
    return y
  }

  /// x + bias, in place: x is taken over, and its gradient is the result's.
  package func addBias(_ x: Variable<Real>, _ bias: Variable<Real>) -> Variable<Real> {
    workers.forEach(x.batch, elements: x.elements) {
      Numbers.activate(
        x.value.rows(x.utterance($0)), bias: bias.value, context: nil, .none, moments: nil)
    }
    guard isRecording, bias.requiresGradient else { return x }
    x.tensor.requiresGradient = true
    record { [unowned self] in
      if let d = x.gradient { columnSums(d, into: bias) }
    }
    return x
  }

  /// Copies x into some channels of another variable.
  package func copy(_ x: Variable<Real>, into target: Variable<Real>) {
    if isRecording, x.requiresGradient { target.tensor.requiresGradient = true }
    workers.forEach(x.batch, elements: x.elements) { b in
      let rows = x.utterance(b)
      Numbers.add(x.value.rows(rows), into: target.value.rows(rows), accumulate: false)
    }
    guard isRecording, x.requiresGradient else { return }
    record { [unowned self] in
      guard let d = target.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.batch, elements: x.elements) {
        Numbers.add(d.rows(x.utterance($0)), into: dx.rows(x.utterance($0)), accumulate: accumulate)
      }
    }
  }

  /// The self-supervised front end: log(x + 1e-6), then each utterance's bins to mean 0 and variance 1
  /// (biased, eps 1e-5). No gradient goes through it: upstream detaches here.
  func logInstanceNorm(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: false)
    workers.forEach(x.batch, elements: x.elements) {
      Numbers.logNormalise(x.value.rows(x.utterance($0)), into: y.value.rows(y.utterance($0)))
    }
    return y
  }
}
