// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// How much memory utterances need on their way through a network, found without going: its layers are gone through on a
/// tape that computes nothing, at two lengths, and what a frame more takes is what each frame takes.
package struct MemoryPlan<Numbers: Kernels> {
  /// Bytes for each frame of each utterance, by whether it is for a way back, and for which parameters.
  private var frameBytes: [Way: Int] = [:]

  private struct Way: Hashable {
    let isTraining: Bool
    let isFrozen: [Bool]
  }

  /// What does not grow with the length (packed weights, chunks of a map) is a small part of so many bytes.
  private static var enough: Int { 192 << 20 }

  package init() {}

  /// Whether a batch goes through a network, and back when it is to be trained, in the memory of this machine.
  ///
  /// - Throws: `limit` where it does not.
  package mutating func check(
    _ network: any SpeakerNetwork<Numbers>, batch: Int, frames: Int, training: Bool = false
  ) throws(CheckpointError) {
    let memory = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    guard batch * frames < memory / frameBytes(of: network, training: training) else {
      throw CheckpointError(
        .limit, "\(batch) x \(frames) frames need more memory than this machine has",
        hint: training ? "a smaller batch or shorter crops" : "cut the recording")
    }
  }

  /// Bytes for each frame of each utterance of a batch. Planned once for what is frozen.
  package mutating func frameBytes(of network: any SpeakerNetwork<Numbers>, training: Bool) -> Int {
    let way = Way(
      isTraining: training, isFrozen: training ? network.registry.parameters.map(\.isFrozen) : [])
    if let known = frameBytes[way] { return known }
    func bytes(_ frames: Int) -> Int {
      Self.bytes(of: network, batch: 1, frames: frames, training: training)
    }
    var (frames, whole) = (128, bytes(128))
    while whole < Self.enough, frames < 1 << 20 {
      frames *= 4
      whole = bytes(frames)
    }
    let each = max(1, (whole - bytes(frames / 2)) / (frames / 2))
    frameBytes[way] = each
    return each
  }

  /// The most that a batch has in the arena at once. Gradients of the network are forgotten.
  ///
  /// - Parameter workers: threads, each of which has scratch memory of its own.
  package static func bytes(
    of network: any SpeakerNetwork<Numbers>, batch: Int, frames: Int, training: Bool, workers: Int = 1
  ) -> Int {
    let machine = Machine(planningFor: workers)
    network.registry.clearGradients()
    let tape = Tape<Numbers>(machine, training: training)
    let output = network.forward(
      tape, tape.make(batch: batch, positions: frames, channels: network.inputs, requiresGradient: false))
    if output.requiresGradient {
      _ = output.claimGradient()
      tape.backward()
    }
    network.registry.clearGradients()
    return machine.arena.peakBytes
  }
}
