// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Self-supervised training of a backbone by regularised self-distillation: 3D-Speaker's `train_rdino.py`, one step at
/// a time, on one device.
package final class RDINO<Numbers: Kernels> {
  package typealias Real = Numbers.Real
  package typealias Model = Combiner<Numbers, RDINOHead<Real>>

  package let student: Model
  package let teacher: Model
  package let dinoLoss: DINOLoss<Numbers>
  package let regLoss: RegLoss
  package let optimiser: SGD<Numbers>
  package let machine: Machine
  /// `clip_grad`: the largest norm of one tensor's gradient.
  package var clipNorm: Double = 3

  /// The numbers of one step, out of the schedules.
  package struct Step: Sendable, Equatable {
    package var learningRate: Double
    package var weightDecay: Double
    /// What the teacher keeps of itself.
    package var teacherMomentum: Double
    package var teacherTemperature = 0.04
    /// Lambda: the weight of the regularisers.
    package var regularisation: Double
    /// Cancels the last layer's gradients, as while `epoch < freeze_last_layer`.
    package var freezesLastLayer: Bool

    package init(
      learningRate: Double, weightDecay: Double, teacherMomentum: Double, regularisation: Double,
      freezesLastLayer: Bool
    ) {
      self.learningRate = learningRate
      self.weightDecay = weightDecay
      self.teacherMomentum = teacherMomentum
      self.regularisation = regularisation
      self.freezesLastLayer = freezesLastLayer
    }
  }

  /// The losses of one step, under the names of upstream's log.
  package struct Losses: Sendable, Equatable {
    /// `loss_dino`.
    package var dino: Double
    /// `loss_reg`, without its weight.
    package var reg: Double
    /// `loss`: what is descended.
    package var total: Double
  }

  /// - Throws: `misfit` where student, teacher and loss have other sizes.
  package init(
    student: Model, teacher: Model, dinoLoss: DINOLoss<Numbers>, machine: Machine = Machine()
  ) throws(CheckpointError) {
    let outputs = student.head.configuration.outputs
    try student.check(twin: teacher)
    guard dinoLoss.outputs == outputs else {
      throw CheckpointError(.misfit, "the center has \(dinoLoss.outputs) values, the head \(outputs) outputs")
    }
    self.student = student
    self.teacher = teacher
    self.dinoLoss = dinoLoss
    self.regLoss = RegLoss(outputs: outputs)
    self.machine = machine
    optimiser = SGD(student.parameterGroups(), nesterov: false)
  }

  /// One step on two global and some local crops of each utterance.
  ///
  /// - Throws: `misfit` when sizes do not go together; `overflow` when the loss is no finite number: nothing but running
  ///   statistics and the center has changed then.
  package func step(_ batch: DINOBatch, _ step: Step) throws(CheckpointError) -> Losses {
    try student.check(batch)
    let watching = Tape<Numbers>(machine, training: true, recording: false)
    let targets = forward(teacher, watching, batch.global, batch.frames)
    let tape = Tape<Numbers>(machine, training: true)
    let weight = student.head.lastWeight(tape)
    let global = forward(student, tape, batch.global, batch.frames, lastWeight: weight)
    let local = forward(student, tape, batch.local, batch.localFrames, lastWeight: weight)

    student.clearGradients()
    let reg = regLoss(
      tape, student: global.regularised, teacher: targets.regularised, batch: batch.count,
      weight: step.regularisation)
    let dino = dinoLoss(
      tape, student: [global.logits, local.logits], teacher: targets.logits, batch: batch.count,
      teacherTemperature: step.teacherTemperature)
    let losses = Losses(dino: dino, reg: reg, total: dino + step.regularisation * reg)
    try student.check(loss: losses.total)

    tape.backward()
    GradientClipping<Numbers>.each(student.parameters, maximum: clipNorm, machine.workers)
    if step.freezesLastLayer {
      for parameter in student.head.lastLayer { parameter.variable.tensor.clearGradient() }
    }
    optimiser.groups[0].weightDecay = step.weightDecay
    optimiser.step(machine.workers, learningRate: step.learningRate)
    teacher.average(student, keep: step.teacherMomentum, machine.workers)
    return losses
  }

  private func forward(
    _ model: Model, _ tape: Tape<Numbers>, _ features: [Float], _ frames: Int,
    lastWeight: Variable<Real>? = nil
  ) -> RDINOHead<Real>.Output {
    model.head.forward(
      tape, model.embed(tape, features, frames: frames), lastWeight: lastWeight ?? model.head.lastWeight(tape)
    )
  }
}
