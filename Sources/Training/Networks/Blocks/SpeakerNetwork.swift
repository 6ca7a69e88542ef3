// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

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
  /// Values that its layers put out for each frame of input, about: what memory it needs grows with them.
  var valuesPerFrame: Int { get }
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

  /// Whether features can go through the network, and back when it is to be trained.
  ///
  /// - Throws: `misfit` with what is wrong; `limit` when they would need more memory than there is.
  package func check(
    features: [Float], batch: Int, frames: Int, training: Bool = false
  ) throws(CheckpointError) {
    guard batch > 0 else { throw CheckpointError(.misfit, "a batch needs at least one utterance") }
    guard frames >= shortestInput else {
      throw CheckpointError(
        .misfit, "an utterance of \(frames) frames is too short: the network needs \(shortestInput)")
    }
    guard features.count == batch * frames * inputs else {
      throw CheckpointError(
        .misfit, "\(features.count) values are not \(batch) x \(frames) frames x \(inputs) bins")
    }
    let memory = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    guard batch * frames < memory / frameBytes(training: training) else {
      throw CheckpointError(
        .limit, "\(batch) x \(frames) frames need more memory than this machine has",
        hint: training ? "a smaller batch or shorter crops" : "cut the recording")
    }
  }

  /// About how many bytes a frame needs: measured as two values for each that a layer puts out, six when the backward
  /// pass is to come.
  private func frameBytes(training: Bool) -> Int {
    valuesPerFrame * MemoryLayout<Real>.stride * (training ? 6 : 2)
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
