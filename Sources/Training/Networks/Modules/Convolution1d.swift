// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// 3D-Speaker's `Conv1d` wrapper: stride 1, as long as its input, mirrored at the ends; the inner
/// convolution is called `conv`, so the keys read `....conv.weight` and `....conv.bias`.
package struct Convolution1d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let weight: Parameter<Real>
  package let bias: Parameter<Real>
  let geometry: ConvolutionGeometry

  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, kernel: Int = 1, dilation: Int = 1
  ) throws(CheckpointError) {
    let fan = Initialiser.kaiming(fanIn: inputs * kernel)
    weight = try scope["conv"].parameter("weight", [outputs, inputs, kernel], fan)
    bias = try scope["conv"].parameter("bias", [outputs], fan)
    geometry = ConvolutionGeometry(kernel: kernel, dilation: dilation)
  }
}

/// Convolution, ReLU, batch normalisation, in this order.
package struct TDNNBlock<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let conv: Convolution1d<Real>
  package let norm: BatchNorm<Real>

  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, kernel: Int = 1, dilation: Int = 1
  ) throws(CheckpointError) {
    conv = try Convolution1d(
      scope["conv"], inputs: inputs, outputs: outputs, kernel: kernel, dilation: dilation)
    norm = try BatchNorm(scope["norm"]["norm"], channels: outputs)
  }

  /// Of x, or of x + plus; the result goes into `target` when one is given.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>, plus other: Variable<Real>? = nil,
    into target: Variable<Real>? = nil
  ) -> Variable<Real> where Numbers.Real == Real {
    let z = tape.convolution(x, plus: other, weight: conv.weight.variable, conv.geometry)
    return tape.normalise(z, bias: conv.bias.variable, .relu, norm, into: target)
  }
}
