// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of an `SDPNHead`; the defaults are 3D-Speaker's.
package struct SDPNHeadConfiguration: Sendable, Equatable {
  /// `in_dim`: the backbone's embedding.
  package var inputs = 512
  package var hidden = 2048
  /// `bottleneck_dim`: as wide as a prototype.
  package var outputs = 256

  package init() {}

  /// The sizes that a head's keys and shapes tell; nil when a tensor that tells one is not there.
  package init?(shapes: [Text: [Int]]) {
    guard let first = shapes["mlp.0.weight"], let last = shapes["mlp.6.weight"], first.count == 2,
      last.count == 2, (first + last).allSatisfy({ $0 > 0 })
    else { return nil }
    (hidden, inputs) = (first[0], first[1])
    outputs = last[0]
  }
}

/// SDPN's head (`speakerlab/models/sdpn/SDPN_Head.py`): an MLP whose output has unit length.
package final class SDPNHead<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: ProjectionHead {
  package let configuration: SDPNHeadConfiguration
  private let mlp: ProjectionMLP<Real>

  package init(_ configuration: SDPNHeadConfiguration, _ scope: Scope<Real>) throws(CheckpointError) {
    self.configuration = configuration
    mlp = try ProjectionMLP(
      scope["mlp"], inputs: configuration.inputs, hidden: configuration.hidden,
      outputs: configuration.outputs)
  }

  package var inputs: Int { configuration.inputs }

  /// rows x `outputs`.
  package func forward<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ embeddings: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    tape.unitRows(mlp(tape, embeddings))
  }
}
