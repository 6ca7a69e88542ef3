// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: ActivationKernels {
  /// y = x W^T + bias over few rows, such as one for each utterance: cut by outputs, not by utterances.
  package func linear(
    _ x: Variable<Real>, weight: Variable<Real>, bias: Variable<Real>? = nil
  ) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: weight.rows,
      requiresGradient: x.requiresGradient || weight.requiresGradient || bias?.requiresGradient == true)
    productByOutputs(x.value, weight.value, into: y.value)
    if let bias { Numbers.activate(y.value, bias: bias.value, context: nil, .none, moments: nil) }
    trace { graph in
      // PyTorch's own shape tells a convolution of width 1 from a linear layer.
      if graph.shape(of: weight).count > 2 {
        let product = graph.convolution(graph.sequence(x), weight, .pointwise, .sequence)
        graph.give(graph.addBias(product, bias), to: y, .sequence)
      } else {
        let product = graph.node("Gemm", [graph.row(x), graph.parameter(weight)], [("transB", .int(1))])
        graph.give(graph.addBias(product, bias), to: y, .row)
      }
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let dy = y.gradient else { return }
      if weight.requiresGradient { weightGradient(dy, x.value, into: weight) }
      if let bias, bias.requiresGradient { columnSums(dy, into: bias) }
      guard x.requiresGradient else { return }
      let (dx, accumulate) = x.claimGradient()
      productByInputs(dy, weight.value, into: dx, accumulate: accumulate)
    }
    return y
  }
}

/// The products of a layer over few rows, forward and back.
extension Tape {
  /// y := x W^T, some rows of W at a time.
  func productByOutputs(_ x: Rows<Real>, _ weight: Rows<Real>, into y: Rows<Real>) {
    workers.forEach(
      weight.rows, by: slice(weight.rows), elements: x.rows * weight.rows * weight.columns / 8
    ) { outputs in
      Numbers.multiply(
        x, transposed: false, weight.rows(outputs), transposed: true, into: y.columns(outputs),
        accumulate: false)
    }
  }

  /// dx (+)= dy W, some columns of W at a time.
  func productByInputs(_ dy: Rows<Real>, _ weight: Rows<Real>, into dx: Rows<Real>, accumulate: Bool) {
    workers.forEach(
      weight.columns, by: slice(weight.columns), elements: dy.rows * weight.rows * weight.columns / 8
    ) { inputs in
      Numbers.multiply(
        dy, transposed: false, weight.columns(inputs), transposed: false, into: dx.columns(inputs),
        accumulate: accumulate)
    }
  }

  /// dW (+)= dy^T x: some rows or some columns of dW at a time, each over every row of the batch, so that
  /// nothing is left to add up.
  func weightGradient(_ dy: Rows<Real>, _ x: Rows<Real>, into weight: Variable<Real>) {
    let (gradient, accumulate) = weight.claimGradient()
    let cost = dy.rows * weight.rows * weight.channels / 8
    if weight.rows >= weight.channels {
      workers.forEach(weight.rows, by: slice(weight.rows), elements: cost) { outputs in
        Numbers.multiply(
          dy.columns(outputs), transposed: true, x, transposed: false, into: gradient.rows(outputs),
          accumulate: accumulate)
      }
    } else {
      workers.forEach(weight.channels, by: slice(weight.channels), elements: cost) { inputs in
        Numbers.multiply(
          dy, transposed: true, x.columns(inputs), transposed: false, into: gradient.columns(inputs),
          accumulate: accumulate)
      }
    }
  }

  /// bias gradient (+)= column sums of dy.
  func columnSums(_ dy: Rows<Real>, into bias: Variable<Real>) {
    let (gradient, accumulate) = bias.claimGradient()
    for column in 0..<dy.columns {
      var sum = accumulate ? Double(gradient[0, column]) : 0
      for row in 0..<dy.rows { sum += Double(dy[row, column]) }
      gradient[0, column] = Real(sum)
    }
  }

  /// How many of `count` outputs one product takes: a choice by shape alone. A product packs its other
  /// factor anew, so a slice is not too thin.
  private func slice(_ count: Int) -> Int {
    count >= 1024 ? max(256, count / 8) : max(64, (count / 4 + 15) / 16 * 16)
  }
}
