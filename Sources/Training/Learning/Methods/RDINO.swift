// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The losses of one step of RDINO.
package struct RDINOLosses: Sendable, Equatable {
  /// `loss_dino` in upstream's log.
  package var dino: Double
  /// `loss_reg`, without its weight.
  package var reg: Double
  /// `loss`: what is descended.
  package var total: Double
}

/// Self-supervised training of a backbone by regularised self-distillation: 3D-Speaker's `train_rdino.py`, one step at
/// a time.
package final class RDINO<Numbers: Kernels> {
  package typealias Real = Numbers.Real
  package typealias Model = Combiner<Numbers, RDINOHead<Real>>

  package let student: Model
  package let teacher: Model
  package let dinoLoss: DINOLoss<Numbers>
  package var regLoss: RegLoss
  package let optimizer: SGD<Numbers>
  package let machine: Machine
  /// `clip_grad`: the largest norm of one tensor's gradient.
  package var clipNorm: Double = 3

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
    optimizer = SGD(student.parameterGroups(), nesterov: false)
  }

  /// A fresh run: the teacher is the student's copy, the center zero.
  ///
  /// - Parameter source: the student's values, under the keys of its state dict; the teacher asks for the same ones.
  /// - Throws: `misfit` where the head takes another length than the backbone's embedding; what the source throws.
  package convenience init(
    _ backbone: NetworkConfiguration, _ head: RDINOHeadConfiguration, source: any ParameterSource,
    machine: Machine = Machine()
  ) throws(CheckpointError) {
    let student = try Model(backbone, head, source: source)
    let teacher = try Model(backbone, head, source: source)
    let loss = try DINOLoss<Numbers>(outputs: head.outputs, source: FreshParameters(seed: 0))
    try self.init(student: student, teacher: teacher, dinoLoss: loss, machine: machine)
  }

  /// One step on two global and some local crops of each utterance.
  ///
  /// - Throws: `misfit` when sizes do not go together; `overflow` when the loss is no finite number: nothing but running
  ///   statistics and the center has changed then.
  package func step(_ batch: DINOBatch, _ step: DistillationStep) throws(CheckpointError) -> RDINOLosses {
    try student.check(batch, machine.processes)
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
    let losses = RDINOLosses(dino: dino, reg: reg, total: dino + step.regularisation * reg)
    try student.check(loss: losses.total, machine.processes)

    tape.backward()
    machine.processes.sum(Numbers.self, student.parameters.compactMap(\.usedGradient))
    GradientClipping<Numbers>.each(student.parameters, maximum: clipNorm, machine.workers)
    if step.freezesLastLayer {
      for parameter in student.head.lastLayer { parameter.variable.tensor.clearGradient() }
    }
    optimizer.groups[0].weightDecay = step.weightDecay
    optimizer.step(machine.workers, learningRate: step.learningRate)
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
