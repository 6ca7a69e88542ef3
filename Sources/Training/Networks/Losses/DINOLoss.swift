// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The loss of self-distillation without labels (Caron et al., "Emerging properties in self-supervised vision
/// transformers", 2021) as 3D-Speaker's `dino_loss.py` computes it.
///
/// Each crop that the teacher saw is compared with every other crop that the student saw, and the mean over these pairs
/// and the batch is taken of -sum(softmax((t - center) / teacher temperature) log softmax(s / student temperature)).
package final class DINOLoss<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let studentTemperature: Double
  package let centerMomentum: Double
  /// Upstream's state dict: `center`, 1 x outputs.
  package let registry = Registry<Real>()
  private let center: Parameter<Real>

  package var outputs: Int { center.value.columns }

  /// - Throws: what the source throws.
  package init(
    outputs: Int, source: any ParameterSource, studentTemperature: Double = 0.1, centerMomentum: Double = 0.9
  ) throws(CheckpointError) {
    self.studentTemperature = studentTemperature
    self.centerMomentum = centerMomentum
    center = try Scope(registry, source: source).buffer("center", [1, outputs], .zeros)
  }

  /// The loss of a batch, its gradient put into the student's logits; then the center moves to the teacher's mean. Of
  /// several processes each has its share of the batch, and loss and mean are those of all.
  ///
  /// - Parameters:
  ///   - student: logits, crop after crop, each of `batch` rows; the crops that the teacher saw come first.
  ///   - teacher: logits in the same way. Its memory is taken over for the targets.
  package func callAsFunction(
    _ tape: Tape<Numbers>, student: [Variable<Real>], teacher: Variable<Real>, batch: Int,
    teacherTemperature: Double
  ) -> Double {
    let crops = teacher.rows / batch
    let views = student.reduce(0) { $0 + $1.rows } / batch
    precondition(crops * batch == teacher.rows && crops > 0 && views > crops, "whole crops, and other ones")
    let means = Rows<Real>(tape.arena, 1, teacher.channels)
    tape.workers.forEach(teacher.channels, by: 4096, elements: teacher.elements) {
      Numbers.columnMeans(teacher.value.columns($0), into: means.columns($0))
    }
    tape.processes.mean(Numbers.self, means)
    tape.workers.forEach(teacher.rows, elements: teacher.elements) {
      let row = teacher.value.row($0)
      Numbers.softmax(row, minus: center.value, temperature: teacherTemperature, into: row)
    }
    var loss = 0.0
    var view = 0
    let scale = 1 / Double((crops * views - crops) * batch * tape.processes.count)
    for variable in student {
      loss += compare(tape, variable, from: view, with: teacher.value, batch: batch, scale: scale)
      view += variable.rows / batch
    }
    Numbers.average(center.value, means, keep: centerMomentum)
    return tape.processes.sum([loss])[0]
  }

  /// Some of the student's crops, the first of which is number `first`, with every other crop of the teacher.
  private func compare(
    _ tape: Tape<Numbers>, _ student: Variable<Real>, from first: Int, with targets: Rows<Real>, batch: Int,
    scale: Double
  ) -> Double {
    let crops = targets.rows / batch
    let gradient = student.requiresGradient ? student.claimGradient() : nil
    let losses = Rows<Double>(tape.arena, 1, student.rows)
    tape.workers.forEach(student.rows, elements: student.elements) { row in
      let (view, utterance) = (first + row / batch, row % batch)
      var (loss, accumulate) = (0.0, gradient?.accumulate ?? false)
      // The teacher's crops before and after the same crop.
      for others in [0..<min(view, crops), min(view + 1, crops)..<crops] where !others.isEmpty {
        loss += Numbers.softTargets(
          student.value.row(row),
          targets.rows(from: others.lowerBound * batch + utterance, by: batch, count: others.count),
          temperature: studentTemperature, scale: scale, into: gradient?.rows.row(row),
          accumulate: accumulate)
        accumulate = true
      }
      losses[0, row] = loss
    }
    return losses.elements.reduce(0, +) * scale
  }
}
