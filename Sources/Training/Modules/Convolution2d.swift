// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Steps of a two-dimensional convolution.
package struct Stride2d: Sendable, Equatable {
  package var frequency: Int
  package var time: Int

  package static let one = Stride2d(frequency: 1, time: 1)
}

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
}
