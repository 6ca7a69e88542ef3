// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The three linear layers that both self-supervised heads begin with: `mlp.0`, batch normalisation `mlp.1`,
/// GELU, `mlp.3`, `mlp.4`, GELU, `mlp.6`.
struct ProjectionMLP<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let layers: [Linear<Real>]
  let norms: [BatchNorm<Real>]

  init(
    _ scope: Scope<Real>, inputs: Int, hidden: Int, outputs: Int
  ) throws(CheckpointError) {
    let first = try Self.linear(scope["0"], inputs, hidden)
    let firstNorm = try BatchNorm(scope["1"], channels: hidden)
    let second = try Self.linear(scope["3"], hidden, hidden)
    let secondNorm = try BatchNorm(scope["4"], channels: hidden)
    layers = [first, second, try Self.linear(scope["6"], hidden, outputs)]
    norms = [firstNorm, secondNorm]
  }

  /// A layer with upstream's first values: a truncated normal weight, no bias.
  static func linear(
    _ scope: Scope<Real>, _ inputs: Int, _ outputs: Int
  ) throws(CheckpointError) -> Linear<Real> {
    try Linear(scope, inputs: inputs, outputs: outputs, initial: .truncatedNormal(deviation: 0.02))
  }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    let hidden = zip(layers, norms).reduce(x) { x, layer in
      tape.gelu(tape.normalise(layer.0(tape, x), .none, layer.1))
    }
    return layers[2](tape, hidden)
  }
}
