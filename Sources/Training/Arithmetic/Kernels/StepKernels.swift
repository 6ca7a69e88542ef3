// SPDX-License-Identifier: Apache-2.0
import CKernels

/// The optimizers' steps, and the norm of a gradient.
package protocol StepKernels: MatrixKernels {
  /// One step of stochastic gradient descent as `torch.optim.SGD` takes it; no buffer without momentum.
  static func descend(_ value: Matrix, _ gradient: Matrix, momentum buffer: Matrix?, _ step: SGDStep)
  /// One step as `torch.optim.Adam` or `AdamW` takes it; `largest` for AMSGrad alone.
  static func adam(
    _ value: Matrix, _ gradient: Matrix, mean: Matrix, square: Matrix, largest: Matrix?, _ step: AdamStep)
  /// target := target + factor (x - origin); the target may be `x`.
  static func pull(_ target: Matrix, _ x: Matrix, from origin: Matrix, by factor: Double)
  /// The sum of the squares of all elements.
  static func squareSum(_ x: Matrix) -> Double
}

extension ReferenceKernels: StepKernels {
  package static func descend(
    _ value: Matrix, _ gradient: Matrix, momentum buffer: Matrix?, _ step: SGDStep
  ) {
    let (rate, momentum) = (Real(step.learningRate), Real(step.momentum))
    each(value) { r, c in
      var d = gradient[r, c] + Real(step.weightDecay) * value[r, c]
      if let buffer {
        buffer[r, c] = step.isFirst ? d : momentum * buffer[r, c] + Real(1 - step.dampening) * d
        d = step.nesterov ? d + momentum * buffer[r, c] : buffer[r, c]
      }
      value[r, c] -= rate * d
    }
  }

  package static func adam(
    _ value: Matrix, _ gradient: Matrix, mean: Matrix, square: Matrix, largest: Matrix?, _ step: AdamStep
  ) {
    each(value) { r, c in
      let x = value[r, c] * Real(step.shrink)
      let d = gradient[r, c] + Real(step.decay) * x
      mean[r, c] += Real(step.meanWeight) * (d - mean[r, c])
      square[r, c] = Real(step.beta2) * square[r, c] + Real(1 - step.beta2) * d * d
      var top = square[r, c]
      if let largest {
        top = max(top, largest[r, c])
        largest[r, c] = top
      }
      let below = top.squareRoot() / Real(step.rootCorrection) + Real(step.epsilon)
      value[r, c] = x - Real(step.size) * mean[r, c] / below
    }
  }

  package static func pull(_ target: Matrix, _ x: Matrix, from origin: Matrix, by factor: Double) {
    each(target) { target[$0, $1] += Real(factor) * (x[$0, $1] - origin[$0, $1]) }
  }

  package static func squareSum(_ x: Matrix) -> Double {
    x.elements.reduce(0) { $0 + Double($1) * Double($1) }
  }
}

extension NativeKernels: StepKernels {
  package static func descend(
    _ value: Matrix, _ gradient: Matrix, momentum buffer: Matrix?, _ step: SGDStep
  ) {
    unsafe table.sgd(
      value.c, gradient.c, buffer.c(),
      ck_sgd(
        learning_rate: step.learningRate, momentum: step.momentum, dampening: step.dampening,
        weight_decay: step.weightDecay, nesterov: step.nesterov ? 1 : 0, first: step.isFirst ? 1 : 0))
  }

  package static func adam(
    _ value: Matrix, _ gradient: Matrix, mean: Matrix, square: Matrix, largest: Matrix?, _ step: AdamStep
  ) {
    unsafe table.adam(
      value.c, gradient.c, mean.c, square.c, largest.c(),
      ck_adam(
        shrink: step.shrink, decay: step.decay, mean_weight: step.meanWeight, beta2: step.beta2,
        size: step.size, root_correction: step.rootCorrection, epsilon: step.epsilon))
  }

  package static func pull(_ target: Matrix, _ x: Matrix, from origin: Matrix, by factor: Double) {
    unsafe table.pull(target.c, x.c, origin.c, factor)
  }

  package static func squareSum(_ x: Matrix) -> Double {
    unsafe table.square_sum(x.c)
  }
}
