// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The losses of one step of SDPN.
package struct SDPNLosses: Sendable, Equatable {
  /// `ploss` in upstream's log: the cross-entropy with the teacher's assignments.
  package var crossEntropy: Double
  /// Not in upstream's log.
  package var memax: Double
  /// `ke_loss`, without its weight.
  package var koLeo: Double
  /// `loss`: what is descended.
  package var total: Double
}

/// Self-supervised training of a backbone by self-distillation over prototypes: 3D-Speaker's `train_sdpn.py`, one step
/// at a time.
package final class SDPN<Numbers: Kernels> {
  package typealias Real = Numbers.Real
  package typealias Model = Combiner<Numbers, SDPNHead<Real>>

  package let student: Model
  package let teacher: Model
  package let prototypes: Prototypes<Real>
  package var sdpnLoss = SDPNLoss()
  package let koLeoLoss = KoLeoLoss()
  package let optimizer: SGD<Numbers>
  package let machine: Machine
  /// `clip_grad`: the largest norm of one tensor's gradient; prototypes are not clipped.
  package var clipNorm: Double = 3
  /// `koleo_loss_weight`.
  package var koLeoWeight = 0.1

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
    optimizer = SGD(
      student.parameterGroups() + [.init(prototypes.registry.parameters, weightDecay: 0)], nesterov: false)
  }

  /// A fresh run: the teacher is the student's copy.
  ///
  /// - Parameter source: the student's values under the keys of its state dict, and `prototypes`; the teacher asks for the
  ///   same ones.
  /// - Throws: `misfit` where the head takes another length than the backbone's embedding; what the source throws.
  package convenience init(
    _ backbone: NetworkConfiguration, _ head: SDPNHeadConfiguration, prototypes: Int = 1024,
    source: any ParameterSource, machine: Machine = Machine()
  ) throws(CheckpointError) {
    let student = try Model(backbone, head, source: source)
    let teacher = try Model(backbone, head, source: source)
    let prototypes = try Prototypes<Real>(count: prototypes, width: head.outputs, source: source)
    try self.init(student: student, teacher: teacher, prototypes: prototypes, machine: machine)
  }

  /// One step: the teacher on the global crops, the student on the local ones.
  ///
  /// - Throws: `misfit` when sizes do not go together; `overflow` when the loss is no finite number: nothing but running
  ///   statistics has changed then.
  package func step(_ batch: DINOBatch, _ step: DistillationStep) throws(CheckpointError) -> SDPNLosses {
    try student.check(batch, machine.processes)
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
    let losses = SDPNLosses(
      crossEntropy: value.crossEntropy, memax: value.memax, koLeo: koLeo,
      total: value.crossEntropy + sdpnLoss.memaxWeight * value.memax + koLeoWeight * koLeo)
    try student.check(loss: losses.total, machine.processes)

    tape.backward()
    machine.processes.sum(
      Numbers.self, (student.parameters + prototypes.registry.parameters).compactMap(\.usedGradient))
    GradientClipping<Numbers>.each(student.parameters, maximum: clipNorm, machine.workers)
    optimizer.groups[0].weightDecay = step.weightDecay
    optimizer.step(machine.workers, learningRate: step.learningRate)
    teacher.average(student, keep: step.teacherMomentum, machine.workers)
    return losses
  }
}
