// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: ConvolutionKernels {
  /// A convolution with a kernel of 1, without bias: y = x W^T over all rows, group by group.
  ///
  /// - Parameter method: nil takes the one that is faster here.
  package func pointwise(
    _ x: Variable<Real>, weight: Variable<Real>, by method: ConvolutionMethod? = nil
  ) -> Variable<Real> {
    pointwise(joining: [x], weight: weight, by: method)
  }

  /// The same over the channels of several variables of the same rows, one variable's after the other's: they need
  /// not be copied side by side.
  package func pointwise(
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
    trace { graph in
      let joined = graph.joined(inputs.map(graph.sequence))
      let layout = graph.layout(of: x)
      graph.give(graph.pointwise(joined, weight, layout), to: y, layout)
    }
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
          // Below 256 a weight has no four whole slices of 64 for `weightGradient` to share out. Over few rows one thread
          // is soon done with it, and sums for groups would have to be added.
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
}
