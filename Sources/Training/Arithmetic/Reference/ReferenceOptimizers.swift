// SPDX-License-Identifier: Apache-2.0

/// The definition of the optimizers' steps and of what clipping needs.
extension ReferenceKernels {
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

  package static func squareSum(_ x: Matrix) -> Double {
    x.elements.reduce(0) { $0 + Double($1) * Double($1) }
  }

  package static func scale(_ x: Matrix, by factor: Double) {
    each(x) { x[$0, $1] *= Real(factor) }
  }
}
