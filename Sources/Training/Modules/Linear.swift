// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// PyTorch's `Linear`, with a bias.
package struct Linear<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// outputs x inputs.
  package let weight: Parameter<Real>
  package let bias: Parameter<Real>

  package init(_ scope: Scope<Real>, inputs: Int, outputs: Int) throws(CheckpointError) {
    let fan = Initialiser.kaiming(fanIn: inputs)
    weight = try scope.parameter("weight", [outputs, inputs], fan)
    bias = try scope.parameter("bias", [outputs], fan)
  }
}
