// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// 3D-Speaker's `DenseLayer` (`speakerlab/models/campplus/layers.py`) on embeddings, utterances x inputs: a
/// convolution of width 1, batch normalisation over the batch, and a ReLU where it is asked for.
///
/// Keys: `linear.weight` (outputs x inputs x 1), `linear.bias`, `nonlinear.batchnorm.*`. Fresh values are PyTorch's own
/// defaults: upstream draws none of them otherwise.
package struct DenseLayer<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let linear: PlainConvolution1d<Real>
  package let norm: BatchNorm<Real>
  private let activation: Activation

  /// - Parameter rectifies: upstream's `config_str` is `batchnorm-relu`; else it is `batchnorm`.
  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, hasBias: Bool, rectifies: Bool
  ) throws(CheckpointError) {
    linear = try PlainConvolution1d(scope["linear"], inputs: inputs, outputs: outputs, hasBias: hasBias)
    norm = try BatchNorm(scope["nonlinear"]["batchnorm"], channels: outputs)
    activation = rectifies ? .relu : .none
  }

  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    let z = tape.linear(x, weight: linear.weight.variable, bias: linear.bias?.variable)
    return tape.normalise(z, norm, then: activation)
  }
}
