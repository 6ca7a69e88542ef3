// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Embeddings of whole utterances of any length: evaluation mode, no tape. Utterances run side by side,
/// each on one thread, so that an embedding does not depend on what else is embedded.
package final class Embedder<Numbers: Kernels> {
  package let network: any SpeakerNetwork<Numbers>
  private let workers: Workers
  private let lanes: [Machine]
  private var memory = MemoryPlan<Numbers>()

  package init(_ network: any SpeakerNetwork<Numbers>, workers: Int? = nil) {
    self.network = network
    self.workers = Workers(workers)
    self.lanes = (0..<self.workers.count).map { _ in Machine(workers: 1) }
  }

  /// The embedding of one utterance of frames x mel bins.
  ///
  /// - Throws: `misfit` when the sizes do not go together or the utterance is too short; `limit` when it would need more
  ///   memory than there is.
  package func embed(features: [Float], frames: Int) throws(CheckpointError) -> [Float] {
    try check(features, frames)
    return run(features, on: lanes[0])
  }

  /// The embeddings of several utterances, each frames x mel bins, in their order.
  package func embed(_ utterances: [[Float]]) throws(CheckpointError) -> [[Float]] {
    let bins = network.inputs
    for features in utterances {
      try check(features, features.count / bins)
    }
    let result = Rows<Float>(Arena(regionBytes: 2 << 20), utterances.count, network.embedding)
    // No longer than this call: between two, a network that is being trained changes.
    let packed = utterances.count > 1 ? PackedWeights<Numbers.Real>() : nil
    workers.forEach(lanes.count) { lane in
      for index in stride(from: lane, to: utterances.count, by: lanes.count) {
        let features = utterances[index]
        result.row(index).update(from: run(features, on: lanes[lane], packed))
      }
    }
    return utterances.indices.map { result.row($0).elements }
  }

  private func check(_ features: [Float], _ frames: Int) throws(CheckpointError) {
    try network.check(features: features, batch: 1, frames: frames)
    try memory.check(network, batch: 1, frames: frames)
  }

  private func run(
    _ features: [Float], on machine: Machine, _ packed: PackedWeights<Numbers.Real>? = nil
  ) -> [Float] {
    let tape = Tape<Numbers>(machine, training: false, packed: packed)
    return network.forward(tape, features, batch: 1).value.floats
  }
}
