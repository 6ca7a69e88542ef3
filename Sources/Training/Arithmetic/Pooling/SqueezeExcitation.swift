// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The two small layers of a squeeze-and-excitation block.
package struct ExcitationWeights<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let weight1: Variable<Real>
  let bias1: Variable<Real>
  let weight2: Variable<Real>
  let bias2: Variable<Real>

  package init(
    weight1: Variable<Real>, bias1: Variable<Real>, weight2: Variable<Real>, bias2: Variable<Real>
  ) {
    (self.weight1, self.bias1, self.weight2, self.bias2) = (weight1, bias1, weight2, bias2)
  }

  var all: [Variable<Real>] { [weight1, bias1, weight2, bias2] }
}

extension Tape where Numbers: GateKernels & ActivationKernels & ElementwiseKernels {
  /// y * gate + residual with gate = sigmoid(W2 relu(W1 mean(y) + b1) + b2), the mean over time; the result
  /// goes into `target`.
  package func squeezeExcite(
    _ y: Variable<Real>, _ weights: ExcitationWeights<Real>, residual: Variable<Real>,
    into target: Variable<Real>
  ) {
    let learns = weights.all.contains(where: \.requiresGradient)
    let needsGradient = isRecording && (y.requiresGradient || residual.requiresGradient || learns)
    if needsGradient { target.tensor.requiresGradient = true }
    let means = Rows<Real>(arena, y.batch, y.channels)
    let hiddens = Rows<Real>(arena, y.batch, weights.weight1.rows)
    let gates = Rows<Real>(arena, y.batch, y.channels)

    workers.forEach(y.batch, elements: y.elements) {
      Numbers.columnMeans(y.value.rows(y.utterance($0)), into: means.row($0))
    }
    productByOutputs(means, weights.weight1.value, into: hiddens)
    Numbers.activate(hiddens, bias: weights.bias1.value, context: nil, .relu, moments: nil)
    productByOutputs(hiddens, weights.weight2.value, into: gates)
    Numbers.activate(gates, bias: weights.bias2.value, context: nil, .none, moments: nil)
    Numbers.sigmoid(gates)
    workers.forEach(y.batch, elements: y.elements) { b in
      let rows = y.utterance(b)
      Numbers.gate(
        y.value.rows(rows), gate: gates.row(b), residual: residual.value.rows(rows),
        into: target.value.rows(rows))
    }
    trace { graph in
      let value = graph.sequence(y)
      func layer(_ x: Text, _ weight: Variable<Real>, _ bias: Variable<Real>) -> Text {
        graph.addBias(graph.convolution(x, weight, .pointwise, .sequence), bias)
      }
      let hidden = graph.node(
        "Relu", [layer(graph.timeMean(value, .sequence), weights.weight1, weights.bias1)])
      let gate = graph.node("Sigmoid", [layer(hidden, weights.weight2, weights.bias2)])
      let gated = graph.node("Mul", [value, gate])
      graph.give(graph.node("Add", [gated, graph.sequence(residual)]), to: target, .sequence)
    }
    guard needsGradient else { return }
    record { [unowned self] in
      guard let d = target.gradient else { return }
      if residual.requiresGradient {
        let (dr, accumulate) = residual.claimGradient()
        workers.forEach(y.batch, elements: y.elements) {
          Numbers.add(d.rows(y.utterance($0)), into: dr.rows(y.utterance($0)), accumulate: accumulate)
        }
      }
      guard y.requiresGradient || learns else { return }
      let offsets = Rows<Real>(arena, y.batch, y.channels)
      workers.forEach(y.batch, elements: y.elements) { b in
        Numbers.gateSums(d.rows(y.utterance(b)), y.value.rows(y.utterance(b)), into: offsets.row(b))
      }
      excitationGradient(offsets, weights, mean: means, hidden: hiddens, gate: gates, frames: y.positions)
      guard y.requiresGradient else { return }
      let (dy, accumulate) = y.claimGradient()
      workers.forEach(y.batch, elements: y.elements) { b in
        Numbers.gateBackward(
          d.rows(y.utterance(b)), gate: gates.row(b), offset: offsets.row(b), into: dy.rows(y.utterance(b)),
          accumulate: accumulate)
      }
    }
  }

  /// From the gates' gradient, in `d`, to the weights' and, over `frames`, to each frame's (in `d` again).
  private func excitationGradient(
    _ d: Rows<Real>, _ weights: ExcitationWeights<Real>, mean: Rows<Real>, hidden: Rows<Real>,
    gate: Rows<Real>,
    frames: Int
  ) {
    for b in 0..<d.rows {
      for c in 0..<d.columns { d[b, c] *= gate[b, c] * (1 - gate[b, c]) }
    }
    if weights.weight2.requiresGradient { weightGradient(d, hidden, into: weights.weight2) }
    if weights.bias2.requiresGradient { columnSums(d, into: weights.bias2) }
    let dHidden = Rows<Real>(arena, hidden.rows, hidden.columns)
    productByInputs(d, weights.weight2.value, into: dHidden, accumulate: false)
    for b in 0..<hidden.rows {
      for c in 0..<hidden.columns where hidden[b, c] <= 0 { dHidden[b, c] = 0 }
    }
    if weights.weight1.requiresGradient { weightGradient(dHidden, mean, into: weights.weight1) }
    if weights.bias1.requiresGradient { columnSums(dHidden, into: weights.bias1) }
    productByInputs(dHidden, weights.weight1.value, into: d, accumulate: false)
    for b in 0..<d.rows {
      for c in 0..<d.columns { d[b, c] /= Real(frames) }
    }
  }
}
