// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Where every two-dimensional backbone ends: temporal statistics pooling, `seg_1`, and with `two_emb_layer` a ReLU,
/// `seg_bn_1` and `seg_2`.
struct Segment2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let first: Linear<Real>
  let second: (norm: BatchNorm<Real>, linear: Linear<Real>)?

  /// - Parameter channels: those of the last stage, where three steps of 2 leave an eighth of `bins` mel bins.
  init(
    _ scope: Scope<Real>, channels: Int, bins: Int, embedding: Int, hasTwoLayers: Bool
  ) throws(CheckpointError) {
    first = try Linear(scope["seg_1"], inputs: 2 * channels * ((bins + 7) / 8), outputs: embedding)
    second =
      hasTwoLayers
      ? (
        try BatchNorm(scope["seg_bn_1"], channels: embedding, affine: false),
        try Linear(scope["seg_2"], inputs: embedding, outputs: embedding)
      ) : nil
  }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    let pooled = tape.timeStatistics(x)
    guard let second else {
      return tape.linear(pooled, weight: first.weight.variable, bias: first.bias.variable)
    }
    let hidden = tape.linear(pooled, weight: first.weight.variable)
    return tape.linear(
      tape.normalise(hidden, bias: first.bias.variable, .relu, second.norm),
      weight: second.linear.weight.variable, bias: second.linear.bias.variable)
  }
}
