// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: ElementwiseKernels & ActivationKernels {
  /// tanh of every value.
  package func tanh(_ x: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    workers.forEach(x.batch, elements: x.elements) {
      Numbers.tanh(x.value.rows(x.utterance($0)), into: y.value.rows(y.utterance($0)))
    }
    trace { $0.give($0.node("Tanh", [$0[x]]), to: y, $0.layout(of: x)) }
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
    few(x, "Relu", slope: { $0 > 0 ? 1 : 0 }) {
      Numbers.activate($0, bias: nil, context: nil, .relu, moments: nil)
    }
  }

  /// 1 / (1 + exp(-x)).
  package func sigmoid(_ x: Variable<Real>) -> Variable<Real> {
    few(x, "Sigmoid", slope: { $0 * (1 - $0) }, Numbers.sigmoid)
  }

  /// A function of each of few values, such as a row for each utterance; its value tells its slope.
  private func few(
    _ x: Variable<Real>, _ operation: Text, slope: @escaping (Real) -> Real, _ apply: (Rows<Real>) -> Void
  ) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: x.channels, requiresGradient: x.requiresGradient)
    Numbers.add(x.value, into: y.value, accumulate: false)
    apply(y.value)
    trace { $0.give($0.node(operation, [$0[x]]), to: y, $0.layout(of: x)) }
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
    trace { $0.give($0.addBias($0[x], bias), to: x, $0.layout(of: x)) }
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
    trace { $0.give($0[x], to: target, $0.layout(of: x)) }
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
    trace {
      let log = $0.node("Log", [$0.node("Add", [$0.sequence(x), $0.scalar(1e-6)])])
      let (scale, shift) = ($0.vector(1, x.channels), $0.vector(0, x.channels))
      $0.give(
        $0.node("InstanceNormalization", [log, scale, shift], [("epsilon", .float(1e-5))]), to: y, .sequence)
    }
    return y
  }
}
