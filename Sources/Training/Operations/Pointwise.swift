// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// A convolution with a kernel of 1, without bias: y = x W^T over all rows, group by group.
  func pointwise(_ x: Variable<Real>, weight: Variable<Real>) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: weight.rows,
      requiresGradient: x.requiresGradient || weight.requiresGradient)
    let group = groupSize(x.batch)
    workers.forEach(x.batch, by: group) { utterances in
      Numbers.multiply(
        x.value.rows(x.rows(of: utterances)), transposed: false, weight.value, transposed: true,
        into: y.value.rows(y.rows(of: utterances)), accumulate: false)
    }
    guard y.requiresGradient else { return y }
    record { [self] in
      guard let dy = y.gradient else { return }
      if weight.requiresGradient { weightGradient(dy, x.value, into: weight) }
      guard x.requiresGradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.batch, by: group) { utterances in
        Numbers.multiply(
          dy.rows(y.rows(of: utterances)), transposed: false, weight.value, transposed: false,
          into: dx.rows(x.rows(of: utterances)), accumulate: accumulate)
      }
    }
    return y
  }

  /// y = x W^T + bias over few rows, such as one for each utterance: cut by outputs, not by utterances.
  func linear(_ x: Variable<Real>, weight: Variable<Real>, bias: Variable<Real>? = nil) -> Variable<Real> {
    let y = make(
      batch: x.batch, positions: x.positions, channels: weight.rows,
      requiresGradient: x.requiresGradient || weight.requiresGradient || bias?.requiresGradient == true)
    productByOutputs(x.value, weight.value, into: y.value)
    if let bias { Numbers.activate(y.value, bias: bias.value, context: nil, .none, moments: nil) }
    guard y.requiresGradient else { return y }
    record { [self] in
      guard let dy = y.gradient else { return }
      if weight.requiresGradient { weightGradient(dy, x.value, into: weight) }
      if let bias, bias.requiresGradient { columnSums(dy, into: bias) }
      guard x.requiresGradient else { return }
      let (dx, accumulate) = x.claimGradient()
      productByInputs(dy, weight.value, into: dx, accumulate: accumulate)
    }
    return y
  }

  /// y := x W^T, some rows of W at a time.
  func productByOutputs(_ x: Rows<Real>, _ weight: Rows<Real>, into y: Rows<Real>) {
    workers.forEach(weight.rows, by: slice(weight.rows)) { outputs in
      Numbers.multiply(
        x, transposed: false, weight.rows(outputs), transposed: true, into: y.columns(outputs),
        accumulate: false)
    }
  }

  /// dx (+)= dy W, some columns of W at a time.
  func productByInputs(_ dy: Rows<Real>, _ weight: Rows<Real>, into dx: Rows<Real>, accumulate: Bool) {
    workers.forEach(weight.columns, by: slice(weight.columns)) { inputs in
      Numbers.multiply(
        dy, transposed: false, weight.columns(inputs), transposed: false, into: dx.columns(inputs),
        accumulate: accumulate)
    }
  }

  /// dW (+)= dy^T x: some rows of dW at a time, each over every row of the batch, so that nothing is left
  /// to add up.
  func weightGradient(_ dy: Rows<Real>, _ x: Rows<Real>, into weight: Variable<Real>) {
    let (gradient, accumulate) = weight.claimGradient()
    workers.forEach(weight.rows, by: slice(weight.rows)) { outputs in
      Numbers.multiply(
        dy.columns(outputs), transposed: true, x, transposed: false, into: gradient.rows(outputs),
        accumulate: accumulate)
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

  /// How many of `count` outputs one product takes: a choice by shape alone.
  private func slice(_ count: Int) -> Int { max(64, (count / 8 + 15) / 16 * 16) }
}
