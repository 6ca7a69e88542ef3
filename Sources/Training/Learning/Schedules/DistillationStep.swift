// SPDX-License-Identifier: Apache-2.0

/// The numbers of one step of self-distillation, out of the schedules.
package struct DistillationStep: Sendable, Equatable {
  package var learningRate: Double
  /// Of the first group of parameters; the others have none.
  package var weightDecay: Double
  /// What the teacher keeps of itself.
  package var teacherMomentum: Double
  /// RDINO alone.
  package var teacherTemperature: Double
  /// RDINO alone: lambda, the weight of the regularisers.
  package var regularisation: Double
  /// RDINO alone: cancels the last layer's gradients, so that nothing moves it.
  package var freezesLastLayer: Bool

  package init(
    learningRate: Double, weightDecay: Double, teacherMomentum: Double, teacherTemperature: Double = 0.04,
    regularisation: Double = 0, freezesLastLayer: Bool = false
  ) {
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.teacherMomentum = teacherMomentum
    self.teacherTemperature = teacherTemperature
    self.regularisation = regularisation
    self.freezesLastLayer = freezesLastLayer
  }
}
