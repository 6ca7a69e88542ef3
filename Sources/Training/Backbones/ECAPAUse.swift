// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

extension ECAPANetwork {
  /// Whether features can go through the network, and back when it is to be trained.
  ///
  /// - Throws: `misfit` with what is wrong; `limit` when they would need more memory than there is.
  package func check(
    features: [Float], batch: Int, frames: Int, training: Bool = false
  ) throws(CheckpointError) {
    guard batch > 0 else { throw CheckpointError(.misfit, "a batch needs at least one utterance") }
    guard frames >= configuration.shortestInput else {
      throw CheckpointError(
        .misfit,
        "an utterance of \(frames) frames is too short: the network needs \(configuration.shortestInput)")
    }
    guard features.count == batch * frames * configuration.inputs else {
      throw CheckpointError(
        .misfit,
        "\(features.count) values are not \(batch) x \(frames) frames x \(configuration.inputs) bins")
    }
    let memory = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    guard batch * frames < memory / frameBytes(training: training) else {
      throw CheckpointError(
        .limit, "\(batch) x \(frames) frames need more memory than this machine has",
        hint: training ? "a smaller batch or shorter crops" : "cut the recording")
    }
  }

  /// About how many bytes a frame needs: measured as two values for each channel that a layer puts out, six
  /// when the backward pass is to come.
  private func frameBytes(training: Bool) -> Int {
    configuration.channels.reduce(0, +) * MemoryLayout<Real>.stride * (training ? 6 : 2)
  }

  /// Freezes the parameters whose keys are chosen, and thaws the others. With `statistics`, a batch
  /// normalisation whose weight is frozen normalises with its running statistics and leaves them alone.
  package func freeze(statistics: Bool = true, where isFrozen: (String) -> Bool) {
    for parameter in registry.parameters { parameter.isFrozen = isFrozen(parameter.key) }
    for norm in norms { norm.keepsStatistics = statistics && norm.weight.isFrozen }
  }

  /// Keys and shapes of the state dict, in order, as a network of these sizes has them.
  package static func layout(of configuration: ECAPAConfiguration) throws(CheckpointError) -> [StateSlot] {
    let network = try Self(configuration, front: .fbank, source: OutlineParameters())
    return network.registry.slots
  }
}

/// A place in a state dict: key, shape, and whether it is trained, a buffer or a counter.
package struct StateSlot: Sendable, Equatable {
  package enum Kind: Sendable { case parameter, buffer, counter }

  package let key: String
  package let shape: [Int]
  package let kind: Kind
}

extension Registry {
  /// The state dict without its values.
  package var slots: [StateSlot] {
    entries.map { entry in
      switch entry {
      case .parameter(let tensor): StateSlot(key: tensor.key, shape: tensor.shape, kind: .parameter)
      case .buffer(let tensor): StateSlot(key: tensor.key, shape: tensor.shape, kind: .buffer)
      case .counter(let counter): StateSlot(key: counter.key, shape: [], kind: .counter)
      }
    }
  }
}
