// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Self-supervised training of a backbone by self-distillation over prototypes: 3D-Speaker's `train_sdpn.py`, one step
/// at a time, on one device.
package final class SDPN<Numbers: Kernels> {
  package typealias Real = Numbers.Real
  package typealias Model = Combiner<Numbers, SDPNHead<Real>>

  package let student: Model
  package let teacher: Model
  package let prototypes: Prototypes<Real>
  package var sdpnLoss = SDPNLoss()
  package let koLeoLoss = KoLeoLoss()
  package let optimiser: SGD<Numbers>
  package let machine: Machine
  /// `clip_grad`: the largest norm of one tensor's gradient; prototypes are not clipped.
  package var clipNorm: Double = 3
  /// `koleo_loss_weight`.
  package var koLeoWeight = 0.1

  /// The numbers of one step, out of the schedules.
  package struct Step: Sendable, Equatable {
    package var learningRate: Double
    package var weightDecay: Double
    /// What the teacher keeps of itself.
    package var teacherMomentum: Double

    package init(learningRate: Double, weightDecay: Double, teacherMomentum: Double) {
      self.learningRate = learningRate
      self.weightDecay = weightDecay
      self.teacherMomentum = teacherMomentum
    }
  }

  /// The losses of one step, under the names of upstream's log.
  package struct Losses: Sendable, Equatable {
    /// `ploss`: the cross-entropy with the teacher's assignments.
    package var crossEntropy: Double
    /// Not in the log.
    package var memax: Double
    /// `ke_loss`, without its weight.
    package var koLeo: Double
    /// `loss`: what is descended.
    package var total: Double
  }

  /// - Throws: `misfit` where student, teacher and prototypes have other sizes.
  package init(
    student: Model, teacher: Model, prototypes: Prototypes<Real>, machine: Machine = Machine()
  ) throws(CheckpointError) {
    try student.check(twin: teacher)
    guard prototypes.width == student.head.configuration.outputs else {
      throw CheckpointError(
        .misfit,
        "a prototype has \(prototypes.width) values, the head gives \(student.head.configuration.outputs)")
    }
    self.student = student
    self.teacher = teacher
    self.prototypes = prototypes
    self.machine = machine
    optimiser = SGD(
      student.parameterGroups() + [.init(prototypes.registry.parameters, weightDecay: 0)], nesterov: false)
  }

  /// One step: the teacher on the global crops, the student on the local ones.
  ///
  /// - Throws: `misfit` when sizes do not go together; `overflow` when the loss is no finite number: nothing but running
  ///   statistics has changed then.
  package func step(_ batch: DINOBatch, _ step: Step) throws(CheckpointError) -> Losses {
    try student.check(batch)
    let weight = prototypes.parameter.variable
    let watching = Tape<Numbers>(machine, training: true, recording: false)
    let seen = teacher.embed(watching, batch.global, frames: batch.frames)
    let targets = sdpnLoss.targets(
      watching, scores: watching.cosineSimilarity(teacher.head.forward(watching, seen), weight))
    let tape = Tape<Numbers>(machine, training: true)
    let embeddings = student.embed(tape, batch.local, frames: batch.localFrames)
    let scores = tape.cosineSimilarity(student.head.forward(tape, embeddings), weight)

    student.clearGradients()
    prototypes.registry.clearGradients()
    let value = sdpnLoss(tape, scores: scores, targets: targets)
    let koLeo = koLeoLoss(tape, embeddings, batch: batch.count, weight: koLeoWeight)
    let losses = Losses(
      crossEntropy: value.crossEntropy, memax: value.memax, koLeo: koLeo,
      total: value.crossEntropy + sdpnLoss.memaxWeight * value.memax + koLeoWeight * koLeo)
    try student.check(loss: losses.total)

    tape.backward()
    GradientClipping<Numbers>.each(student.parameters, maximum: clipNorm, machine.workers)
    optimiser.groups[0].weightDecay = step.weightDecay
    optimiser.step(machine.workers, learningRate: step.learningRate)
    teacher.average(student, keep: step.teacherMomentum, machine.workers)
    return losses
  }
}
