// SPDX-License-Identifier: Apache-2.0

/// The schedules of `train_rdino.py` and `train_sdpn.py`; the defaults are those of `rdino.yaml`.
package struct DistillationSchedules: Sendable, Equatable {
  package var epochs: Int
  package var stepsPerEpoch: Int
  /// Utterances in a step, over all devices of upstream's.
  package var batchSize: Int
  /// For 256 utterances in a step; it grows with their number.
  package var learningRate = 0.4
  package var finalLearningRate = 1e-5
  package var warmupEpochs = 10
  package var weightDecay = 5e-5
  package var finalWeightDecay = 5e-5
  package var teacherMomentum = 0.996
  package var warmupTeacherTemperature = 0.04
  package var teacherTemperature = 0.04
  package var teacherTemperatureEpochs = 10
  package var initialRegularisation = 0.05
  package var regularisation = 0.2
  package var regularisationEpochs = 10
  /// `freeze_last_layer`: epochs in which the last layer stays.
  package var lastLayerEpochs = 1

  package init(epochs: Int, stepsPerEpoch: Int, batchSize: Int) {
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
    self.batchSize = batchSize
  }

  private func cosine(_ base: Double, _ final: Double, warmup: Int = 0) -> CosineSchedule {
    CosineSchedule(
      base: base, final: final, warmupEpochs: warmup, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// The numbers of a step, counted from 0 over the whole run.
  package func step(at iteration: Int) -> DistillationStep {
    let temperatures = EpochTable(
      from: warmupTeacherTemperature, to: teacherTemperature, ramp: teacherTemperatureEpochs,
      stepsPerEpoch: stepsPerEpoch)
    let regularisations = EpochTable(
      from: initialRegularisation, to: regularisation, ramp: regularisationEpochs,
      stepsPerEpoch: stepsPerEpoch
    )
    return DistillationStep(
      learningRate: cosine(
        learningRate * Double(batchSize) / 256, finalLearningRate, warmup: warmupEpochs
      ).value(at: iteration),
      weightDecay: cosine(weightDecay, finalWeightDecay).value(at: iteration),
      teacherMomentum: cosine(teacherMomentum, 1).value(at: iteration),
      teacherTemperature: temperatures.value(at: iteration),
      regularisation: regularisations.value(at: iteration),
      freezesLastLayer: iteration / max(1, stepsPerEpoch) < lastLayerEpochs)
  }
}
