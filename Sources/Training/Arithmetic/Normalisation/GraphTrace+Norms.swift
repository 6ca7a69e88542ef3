// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension GraphTrace {
  /// `BatchNormalization` with the running statistics.
  func norm(_ input: Text, _ norm: BatchNorm<Real>) -> Text {
    let scale = norm.weight.map { parameter($0.variable) } ?? vector(1, norm.channels)
    let shift = norm.bias.map { parameter($0.variable) } ?? vector(0, norm.channels)
    return node(
      "BatchNormalization",
      [input, scale, shift, parameter(norm.runningMean.variable), parameter(norm.runningVariance.variable)],
      [("epsilon", .float(Float(BatchNorm<Real>.epsilon)))])
  }

  func activation(_ input: Text, _ activation: Activation) -> Text {
    switch activation {
    case .none: input
    case .relu: node("Relu", [input])
    case .clipped:
      node("Clip", [input, scalar(Float(activation.bounds.low)), scalar(Float(activation.bounds.high))])
    }
  }
}
