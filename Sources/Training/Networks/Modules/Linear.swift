// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `Linear`, with a bias.
package struct Linear<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// outputs x inputs.
  package let weight: Parameter<Real>
  package let bias: Parameter<Real>

  /// - Parameter initial: how the weight is drawn; nil is PyTorch's default. The bias is then zero.
  package init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, initial: Initialiser? = nil
  ) throws(CheckpointError) {
    let fan = Initialiser.kaiming(fanIn: inputs)
    weight = try scope.parameter("weight", [outputs, inputs], initial ?? fan)
    bias = try scope.parameter("bias", [outputs], initial == nil ? fan : .zeros)
  }

  /// x W^T + bias.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    tape.linear(x, weight: weight.variable, bias: bias.variable)
  }
}
