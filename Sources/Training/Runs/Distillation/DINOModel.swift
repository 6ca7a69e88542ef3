// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension DINOOptions.Sizes {
  /// A trainer from nothing: student and teacher begin alike, as upstream copies one to the other.
  ///
  /// - Throws: `misfit` where the sizes make no network, `limit` where it would not fit into memory.
  func trainer(
    _ method: DINOMethod, seed: UInt64, machine: Machine
  ) throws(CheckpointError) -> any Distillation {
    let source = FreshParameters(seed: seed)
    var backbone = ECAPAConfiguration()
    backbone.channels = channels
    backbone.attentionChannels = attention
    backbone.squeezeChannels = squeezed
    backbone.embedding = embedding
    let configuration = NetworkConfiguration.ecapaTDNN(backbone)
    guard backbone.isSound, [hidden, regularised, bottleneck, outputs, prototypes].allSatisfy({ $0 > 0 })
    else { throw CheckpointError(.misfit, "these sizes make no network: \(self)") }
    try configuration.checkSize()
    switch method {
    case .rdino:
      var head = RDINOHeadConfiguration()
      (head.inputs, head.hidden, head.regularised) = (embedding, hidden, regularised)
      (head.bottleneck, head.outputs) = (bottleneck, outputs)
      return try RDINO<FastKernels>(configuration, head, source: source, machine: machine)
    case .sdpn:
      var head = SDPNHeadConfiguration()
      (head.inputs, head.hidden, head.outputs) = (embedding, hidden, bottleneck)
      return try SDPN<FastKernels>(
        configuration, head, prototypes: prototypes, source: source, machine: machine)
    }
  }
}

extension DINOCheckpoint {
  /// The trainer that the file holds, ready for its next step.
  func trainer(machine: Machine) throws(CheckpointError) -> any Distillation {
    switch method {
    case .rdino: try rdino(FastKernels.self, machine: machine)
    case .sdpn: try sdpn(FastKernels.self, machine: machine)
    }
  }
}
