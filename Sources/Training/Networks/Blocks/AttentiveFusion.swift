// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Attentive feature fusion, `AFF` of `speakerlab/models/eres2net/fusion.py`: two maps are added with weights that
/// both tell.
package struct AttentiveFusion<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let squeeze: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  let excite: Convolution2d<Real>
  let norm2: BatchNorm<Real>

  package init(_ scope: Scope<Real>, channels: Int, reduction: Int = 4) throws(CheckpointError) {
    let scope = scope["local_att"]
    let inner = channels / reduction
    squeeze = try Convolution2d(
      scope["0"], inputs: 2 * channels, outputs: inner, kernel: 1, hasBias: true)
    norm1 = try BatchNorm(scope["1"], channels: inner)
    // 2 is the activation.
    excite = try Convolution2d(scope["3"], inputs: inner, outputs: channels, kernel: 1, hasBias: true)
    norm2 = try BatchNorm(scope["4"], channels: channels)
  }

  /// x a + y (2 - a) with a = 1 + tanh(norm(W2 silu(norm(W1 [x, y] + b1)) + b2)).
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>, _ y: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    let z = tape.pointwise(joining: [x.variable, y.variable], weight: squeeze.weight.variable)
    let hidden = tape.normaliseSwish(z, bias: squeeze.bias?.variable, norm1)
    let logits = tape.pointwise(hidden, weight: excite.weight.variable)
    return x.with(tape.fuse(x.variable, y.variable, by: logits, bias: excite.bias?.variable, norm2))
  }
}
