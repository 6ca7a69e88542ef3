// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an `RDINOHead`; the defaults are 3D-Speaker's.
package struct RDINOHeadConfiguration: Sendable, Equatable {
  /// `in_dim`: the backbone's embedding.
  package var inputs = 512
  package var hidden = 2048
  /// `add_dim`: what the regulariser sees.
  package var regularised = 8192
  package var bottleneck = 256
  /// `out_dim`: the classes of the self-distillation.
  package var outputs = 65536

  package init() {}

  /// The sizes that a head's keys and shapes tell, by the names that the head gives them; nil when a tensor that
  /// tells one is not there.
  package init?(shapes: [Text: [Int]]) {
    guard let first = shapes["mlp.0.weight"], let last = shapes["mlp.6.weight"],
      let classes = shapes["last_layer.weight_v"], first.count == 2, last.count == 2, classes.count == 2,
      (first + last + classes).allSatisfy({ $0 > 0 })
    else { return nil }
    (hidden, inputs) = (first[0], first[1])
    regularised = last[0]
    (outputs, bottleneck) = (classes[0], classes[1])
  }
}

/// RDINO's head (`speakerlab/models/rdino/RDINO_Head.py`): an MLP whose output is regularised, a bottleneck of
/// unit length, and a weight-normed layer whose gains stay at 1.
package final class RDINOHead<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: ProjectionHead {
  package let configuration: RDINOHeadConfiguration
  private let mlp: ProjectionMLP<Real>
  private let addLayer: Linear<Real>
  private let gain: Parameter<Real>
  private let direction: Parameter<Real>

  package init(
    _ configuration: RDINOHeadConfiguration, _ scope: Scope<Real>
  ) throws(CheckpointError) {
    self.configuration = configuration
    mlp = try ProjectionMLP(
      scope["mlp"], inputs: configuration.inputs, hidden: configuration.hidden,
      outputs: configuration.regularised)
    addLayer = try ProjectionMLP.linear(
      scope["add_layer"], configuration.regularised, configuration.bottleneck)
    let last = scope["last_layer"]
    gain = try last.parameter("weight_g", [configuration.outputs, 1], .ones)
    gain.isFrozen = true
    direction = try last.parameter(
      "weight_v", [configuration.outputs, configuration.bottleneck],
      .kaiming(fanIn: configuration.bottleneck))
  }

  package var inputs: Int { configuration.inputs }

  /// The parameters whose gradients upstream cancels while `epoch < freeze_last_layer`.
  package var lastLayer: [Parameter<Real>] { [gain, direction] }

  /// What one forward gives.
  package struct Output {
    /// rows x `regularised`.
    package let regularised: Variable<Real>
    /// rows x `outputs`.
    package let logits: Variable<Real>
  }

  /// The last layer's weight, for all forwards of a step.
  package func lastWeight<Numbers: Kernels>(
    _ tape: Tape<Numbers>
  ) -> Variable<Real> where Numbers.Real == Real {
    tape.weightNorm(direction.variable, gain.variable)
  }

  package func forward<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ embeddings: Variable<Real>, lastWeight: Variable<Real>
  ) -> Output where Numbers.Real == Real {
    let regularised = mlp(tape, embeddings)
    let bottleneck = tape.unitRows(addLayer(tape, regularised))
    return Output(regularised: regularised, logits: tape.linear(bottleneck, weight: lastWeight))
  }
}
