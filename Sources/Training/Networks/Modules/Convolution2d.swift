// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `Conv2d` over (frequency, time): square kernel, zeros around the edges.
package struct Convolution2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// outputs x inputs x kernel x kernel.
  package let weight: Parameter<Real>
  package let bias: Parameter<Real>?
  package let kernel: Int
  package let stride: Stride2d
  package let padding: Int

  /// - Parameter padding: nil keeps the size at stride 1.
  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, kernel: Int, stride: Stride2d = .one,
    padding: Int? = nil,
    hasBias: Bool = false
  ) throws(CheckpointError) {
    let fan = Initialiser.kaiming(fanIn: inputs * kernel * kernel)
    weight = try scope.parameter("weight", [outputs, inputs, kernel, kernel], fan)
    bias = hasBias ? try scope.parameter("bias", [outputs], fan) : nil
    self.kernel = kernel
    self.stride = stride
    self.padding = padding ?? kernel / 2
  }

  /// Without its bias, which the normalisation or the caller adds.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    tape.convolution2d(
      x, weight: weight.variable,
      Geometry2d(
        frequencies: x.frequencies, frames: x.frames, kernel: .init(frequency: kernel, time: kernel),
        stride: stride, padding: .init(frequency: padding, time: padding)))
  }
}
