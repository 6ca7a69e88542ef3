// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A method that trains a student by its own moving average, as the run sees it.
package protocol Distillation: AnyObject {
  /// The backbone's sizes, in words.
  var summary: String { get }
  /// The keys and shapes of the student's backbone, without prefixes.
  var backboneSlots: [StateSlot] { get }
  /// Frames of the shortest crop.
  var shortestInput: Int { get }
  /// Numbers that the steps move.
  var trained: Int { get }

  /// Takes over the weights and bounds that do not change in a run.
  func configure(_ options: DINOOptions)

  /// Gives every process the values of process 0.
  func share(_ processes: any Collective)

  /// One step; the losses by name, `loss` the one that is descended.
  func advance(_ batch: DINOBatch, _ numbers: DistillationStep) throws(CheckpointError) -> [String: Double]

  /// The whole state as a file of upstream's.
  func document(epoch: Int, run: TrainingState?) throws(CheckpointError) -> Document
}

extension RDINO: Distillation {
  package func share(_ processes: any Collective) { processes.share(registries.map(\.registry)) }

  package var summary: String { "RDINO, \(dinoLoss.outputs) outputs" }
  package var backboneSlots: [StateSlot] { student.backbone.registry.slots }
  package var shortestInput: Int { student.backbone.shortestInput }
  package var trained: Int { student.trained }

  package func configure(_ options: DINOOptions) {
    clipNorm = options.clipNorm
    regLoss.deviation = options.stdCoefficient
    regLoss.covariance = options.covCoefficient
  }

  package func advance(
    _ batch: DINOBatch, _ numbers: DistillationStep
  ) throws(CheckpointError) -> [String: Double] {
    let losses = try step(batch, numbers)
    return ["loss": losses.total, "loss_dino": losses.dino, "loss_reg": losses.reg]
  }

  package func document(epoch: Int, run: TrainingState?) throws(CheckpointError) -> Document {
    try DINOCheckpoint.document(of: self, epoch: epoch, run: run)
  }
}

extension SDPN: Distillation {
  package func share(_ processes: any Collective) { processes.share(registries.map(\.registry)) }

  package var summary: String { "SDPN, \(prototypes.parameter.value.rows) prototypes" }
  package var backboneSlots: [StateSlot] { student.backbone.registry.slots }
  package var shortestInput: Int { student.backbone.shortestInput }
  package var trained: Int { student.trained + prototypes.parameter.shape.reduce(1, *) }

  package func configure(_ options: DINOOptions) {
    clipNorm = options.clipNorm
    koLeoWeight = options.koLeoWeight
    sdpnLoss.memaxWeight = options.memaxWeight
  }

  package func advance(
    _ batch: DINOBatch, _ numbers: DistillationStep
  ) throws(CheckpointError) -> [String: Double] {
    let losses = try step(batch, numbers)
    return [
      "loss": losses.total, "ploss": losses.crossEntropy, "me_max": losses.memax, "ke_loss": losses.koLeo,
    ]
  }

  package func document(epoch: Int, run: TrainingState?) throws(CheckpointError) -> Document {
    try DINOCheckpoint.document(of: self, epoch: epoch, run: run)
  }
}

extension Combiner {
  fileprivate var trained: Int {
    parameters.filter { !$0.isFrozen }.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
