// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// A convolution with a kernel of 1, without bias: y = x W^T over all rows, group by group.
  ///
  /// - Parameter method: nil takes the one that is faster here.
  func pointwise(
    _ x: Variable<Real>, weight: Variable<Real>, by method: ConvolutionMethod? = nil
  ) -> Variable<Real> {
    pointwise(joining: [x], weight: weight, by: method)
  }

  /// The same over the channels of several variables of the same rows, one variable's after the other's: they need
  /// not be copied side by side.
  func pointwise(
    joining inputs: [Variable<Real>], weight: Variable<Real>, by method: ConvolutionMethod? = nil
  ) -> Variable<Real> {
    let x = inputs[0]
    let y = make(
      batch: x.batch, positions: x.positions, channels: weight.rows,
      requiresGradient: weight.requiresGradient || inputs.contains(where: \.requiresGradient))
    var parts: [(x: Variable<Real>, weight: Variable<Real>)] = []
    var start = 0
    for x in inputs {
      parts.append((x, weight.channels(start..<(start + x.channels))))
      start += x.channels
    }
    precondition(start == weight.channels, "a weight for each channel")
    if usesTiles(x, weight, method) {
      pointwiseTiles(parts, into: y, method)
      return y
    }
    let group = groupSize(x)
    let cost = x.rows * weight.elements / 8
    workers.forEach(x.batch, by: group, elements: cost) { utterances in
      for (index, part) in parts.enumerated() {
        Numbers.multiply(
          part.x.value.rows(x.rows(of: utterances)), transposed: false, part.weight.value, transposed: true,
          into: y.value.rows(y.rows(of: utterances)), accumulate: index > 0)
      }
    }
    guard y.requiresGradient else { return y }
    record { [unowned self] in
      guard let dy = y.gradient else { return }
      for (x, weight) in parts {
        if weight.requiresGradient {
          if x.rows > 4096, max(weight.rows, weight.channels) < 256 {
            groupedWeightGradient(dy, x, into: weight)
          } else {
            weightGradient(dy, x.value, into: weight)
          }
        }
        guard x.requiresGradient else { continue }
        let (dx, accumulate) = x.claimGradient()
        workers.forEach(x.batch, by: group, elements: cost) { utterances in
          Numbers.multiply(
            dy.rows(y.rows(of: utterances)), transposed: false, weight.value, transposed: false,
            into: dx.rows(x.rows(of: utterances)), accumulate: accumulate)
        }
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

  /// dW (+)= dy^T x over many rows where dW is too small to be cut: a sum for each group of utterances.
  private func groupedWeightGradient(_ dy: Rows<Real>, _ x: Variable<Real>, into weight: Variable<Real>) {
    let sums = TapSums<Numbers>(self, x, weight: weight, taps: 1)
    sums.forEachUtterance { b, own, isFirst in
      Numbers.multiply(
        dy.rows(x.utterance(b)), transposed: true, x.value.rows(x.utterance(b)), transposed: false, into: own,
        accumulate: !isFirst)
    }
    sums.deposit()
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
