// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A backbone: features of an utterance in, one embedding out.
package protocol SpeakerNetwork<Numbers>: AnyObject {
  associatedtype Numbers: Kernels

  /// What it takes.
  var front: FrontEnd { get }
  /// Mel bins.
  var inputs: Int { get }
  /// The length of an embedding.
  var embedding: Int { get }
  /// The frames of the shortest utterance that it can embed.
  var shortestInput: Int { get }
  /// Its state dict.
  var registry: Registry<Numbers.Real> { get }

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  func forward(
    _ tape: Tape<Numbers>, _ features: Variable<Numbers.Real>
  ) -> Variable<Numbers.Real>
}

extension SpeakerNetwork {
  package typealias Real = Numbers.Real

  /// The features, utterances x frames x mel bins row by row, put on a tape and through the network.
  package func forward(_ tape: Tape<Numbers>, _ features: [Float], batch: Int) -> Variable<Real> {
    forward(
      tape,
      tape.input(features, batch: batch, positions: features.count / (batch * inputs), channels: inputs))
  }

  /// Whether features can go through the network. Whether there is memory for them, `MemoryPlan` says.
  ///
  /// - Throws: `misfit` with what is wrong.
  package func check(features: [Float], batch: Int, frames: Int) throws(CheckpointError) {
    guard batch > 0 else { throw CheckpointError(.misfit, "a batch needs at least one utterance") }
    guard frames >= shortestInput else {
      throw CheckpointError(
        .misfit, "an utterance of \(frames) frames is too short: the network needs \(shortestInput)")
    }
    guard features.count == batch * frames * inputs else {
      throw CheckpointError(
        .misfit, "\(features.count) values are not \(batch) x \(frames) frames x \(inputs) bins")
    }
  }

  /// Freezes the parameters whose keys are chosen, and thaws the others. With `statistics`, a batch
  /// normalisation whose weight is frozen normalises with its running statistics and leaves them alone.
  package func freeze(statistics: Bool = true, where isFrozen: (String) -> Bool) {
    for parameter in registry.parameters { parameter.isFrozen = isFrozen(parameter.key) }
    for norm in registry.norms {
      // Without a weight its statistics are all that it has.
      norm.keepsStatistics = statistics && (norm.weight?.isFrozen ?? isFrozen(norm.runningMean.key))
    }
  }
}
