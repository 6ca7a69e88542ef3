// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `Conv1d` over time, with zeros around the edges; `Convolution1d` is 3D-Speaker's mirrored wrapper.
package struct PlainConvolution1d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package struct Geometry: Sendable, Equatable {
    package var kernel = 1
    package var stride = 1
    package var dilation = 1
    package var padding = 0
  }

  /// outputs x inputs x kernel.
  package let weight: Parameter<Real>
  package let bias: Parameter<Real>?
  package let geometry: Geometry

  /// - Parameter initial: how the weight is drawn; nil is PyTorch's default. The bias is then zero.
  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, _ geometry: Geometry = .init(), hasBias: Bool,
    initial: Initialiser? = nil
  ) throws(CheckpointError) {
    let fan = Initialiser.kaiming(fanIn: inputs * geometry.kernel)
    weight = try scope.parameter("weight", [outputs, inputs, geometry.kernel], initial ?? fan)
    bias = hasBias ? try scope.parameter("bias", [outputs], initial == nil ? fan : .zeros) : nil
    self.geometry = geometry
  }

  /// Without its bias, which the normalisation or the caller adds.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    let inner = Geometry2d(
      frequencies: 1, frames: x.positions, kernel: .init(frequency: 1, time: geometry.kernel),
      stride: .init(frequency: 1, time: geometry.stride),
      dilation: .init(frequency: 1, time: geometry.dilation),
      padding: .init(frequency: 0, time: geometry.padding))
    let map = Map2d(x, frequencies: 1, frames: x.positions)
    return tape.convolution2d(map, weight: weight.variable, inner).variable
  }
}
