// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Combiner {
  /// The groups of `get_params_groups`: every trained parameter in order, biases and those of one dimension in a second
  /// group without weight decay.
  package func parameterGroups() -> [SGD<Numbers>.Group] {
    let trained = parameters.filter { !$0.isFrozen }
    let isPlain = { (parameter: Parameter<Real>) in
      parameter.key.hasSuffix(".bias") || parameter.shape.count == 1
    }
    return [
      .init(trained.filter { !isPlain($0) }, weightDecay: 0),
      .init(trained.filter(isPlain), weightDecay: 0),
    ]
  }

  /// - Throws: `misfit` where the other network has other keys or shapes.
  func check(twin: Combiner) throws(CheckpointError) {
    for (own, other) in zip(parameters, twin.parameters) where own.shape != other.shape {
      throw CheckpointError(
        .misfit, "student and teacher differ: \(own.shape), \(other.shape)", at: .init(key: own.key))
    }
    guard parameters.map(\.key) == twin.parameters.map(\.key) else {
      throw CheckpointError(.misfit, "student and teacher have other keys")
    }
  }

  /// - Throws: `misfit` where the values are not whole crops of at least two recordings that the backbone can take;
  ///   `limit` where they would need more memory than there is.
  func check(_ batch: DINOBatch, _ processes: any Collective) throws(CheckpointError) {
    guard batch.count * processes.count > 1 else {
      throw CheckpointError(.misfit, "a batch needs at least two recordings: the losses compare them")
    }
    try check(batch.global, batch.globals * batch.count, batch.frames)
    try check(batch.local, batch.locals * batch.count, batch.localFrames)
  }

  private func check(_ features: [Float], _ crops: Int, _ frames: Int) throws(CheckpointError) {
    try backbone.check(features: features, batch: crops, frames: frames)
    try memory.check(backbone, batch: crops, frames: frames, training: true)
  }

  /// - Throws: `overflow` where a loss is no number to descend. All processes have the same loss; the first says so, which
  ///   ends the others.
  func check(loss: Double, _ processes: any Collective) throws(CheckpointError) {
    guard loss.isFinite || processes.rank > 0 else {
      throw CheckpointError(
        .overflow, "the loss is no number any more", hint: "a lower learning rate or a longer warm-up")
    }
  }
}
