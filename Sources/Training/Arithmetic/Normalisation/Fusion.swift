// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What attentive feature fusion is made of.
extension Tape where Numbers: NormKernels & FusionKernels {
  /// SiLU after batch normalisation: y = a sigmoid(a) with a = norm(z + bias).
  ///
  /// Takes z over: its memory then holds z + bias, and its gradient is made in place of y's.
  package func normaliseSwish(
    _ z: Variable<Real>, bias: Variable<Real>?, _ norm: BatchNorm<Real>
  ) -> Variable<Real> {
    let (y, usesBatch, needsGradient) = normed(z, norm, [bias])
    let scale = normScale(norm, of: z, bias: bias, usesBatch: usesBatch)
    workers.forEach(z.batch, elements: z.elements) { b in
      let rows = z.utterance(b)
      Numbers.affineSwish(
        z.value.rows(rows), scale: scale.scale, offset: scale.offset, into: y.value.rows(rows))
    }
    trace { graph in
      let layout = graph.layout(of: z)
      let value = graph.norm(graph.addBias(graph[z], bias), norm)
      graph.give(graph.node("Mul", [value, graph.node("Sigmoid", [value])]), to: y, layout)
    }
    guard needsGradient else { return y }
    record { [unowned self] in
      guard let d = y.gradient else { return }
      workers.forEach(z.batch, elements: z.elements) { b in
        let rows = z.utterance(b)
        Numbers.swishBackward(d.rows(rows), z.value.rows(rows), scale: scale.scale, offset: scale.offset)
      }
      backward(d, to: z, bias: bias, norm, scale, usesBatch: usesBatch)
    }
    return y
  }

  /// x (1 + t) + y (1 - t) with t = tanh(norm(z + bias)): where 3D-Speaker's `AFF` ends.
  ///
  /// Takes z over: its memory then holds z + bias, and its gradient is made in place of the result's.
  package func fuse(
    _ x: Variable<Real>, _ y: Variable<Real>, by z: Variable<Real>, bias: Variable<Real>?,
    _ norm: BatchNorm<Real>
  ) -> Variable<Real> {
    let (out, usesBatch, needsGradient) = normed(z, norm, [x, y, bias])
    let scale = normScale(norm, of: z, bias: bias, usesBatch: usesBatch)
    workers.forEach(z.batch, elements: z.elements) { b in
      let rows = z.utterance(b)
      Numbers.fuse(
        x.value.rows(rows), y.value.rows(rows), z.value.rows(rows), scale: scale.scale, offset: scale.offset,
        into: out.value.rows(rows))
    }
    // As (x + y) + t (x - y), which takes a node less.
    trace { graph in
      let layout = graph.layout(of: z)
      let t = graph.node("Tanh", [graph.norm(graph.addBias(graph[z], bias), norm)])
      let (sum, difference) = (
        graph.node("Add", [graph[x], graph[y]]), graph.node("Sub", [graph[x], graph[y]])
      )
      graph.give(graph.node("Add", [sum, graph.node("Mul", [t, difference])]), to: out, layout)
    }
    guard needsGradient else { return out }
    record { [unowned self] in
      guard let d = out.gradient else { return }
      let dx = x.requiresGradient ? x.claimGradient() : nil
      let dy = y.requiresGradient ? y.claimGradient() : nil
      workers.forEach(z.batch, elements: z.elements) { b in
        let rows = z.utterance(b)
        Numbers.fuseBackward(
          d.rows(rows), x.value.rows(rows), y.value.rows(rows), z.value.rows(rows), scale: scale.scale,
          offset: scale.offset, dx: dx.map { ($0.rows.rows(rows), $0.accumulate) },
          dy: dy.map { ($0.rows.rows(rows), $0.accumulate) })
      }
      backward(d, to: z, bias: bias, norm, scale, usesBatch: usesBatch)
    }
    return out
  }

  /// From the gradient of norm(z + bias), which is taken over, to those of z, the bias and the norm's own.
  private func backward(
    _ d: Rows<Real>, to z: Variable<Real>, bias: Variable<Real>?,
    _ norm: BatchNorm<Real>, _ scale: NormScale<Real>, usesBatch: Bool
  ) {
    guard
      let sums = normBackward(
        d, z, norm, scale, .none, usesBatch: usesBatch,
        slopes: z.requiresGradient || bias?.requiresGradient == true)
    else { return }
    if let bias { deposit(sums.total(0, of: 2), into: bias) }
    z.tensor.adopt(d)
  }
}
