// SPDX-License-Identifier: Apache-2.0

/// The numbers of each step of a self-supervised run, as upstream's tables have them.
struct DINOSchedules {
  private let rate: CosineSchedule
  private let decay: CosineSchedule
  private let momentum: CosineSchedule
  private let temperature: EpochTable
  private let regularisation: EpochTable
  private let freezeLastLayer: Int
  private let stepsPerEpoch: Int

  /// Epochs over which the weight of RDINO's regularisers rises, and where it begins (`train_rdino.py`).
  private static let ramp = 10
  private static let firstWeight = 0.05

  init(_ options: DINOOptions, epochs: Int, stepsPerEpoch steps: Int) {
    rate = CosineSchedule(
      base: options.learningRate * Double(options.batchSize) / 256, final: options.minimumRate,
      warmupEpochs: options.warmupEpochs, epochs: epochs, stepsPerEpoch: steps)
    decay = CosineSchedule(
      base: options.weightDecay, final: options.finalWeightDecay, epochs: epochs, stepsPerEpoch: steps)
    momentum = CosineSchedule(base: options.teacherMomentum, final: 1, epochs: epochs, stepsPerEpoch: steps)
    temperature = EpochTable(
      from: options.warmupTeacherTemperature, to: options.teacherTemperature,
      ramp: options.warmupTeacherEpochs, stepsPerEpoch: steps)
    regularisation = EpochTable(
      from: Self.firstWeight, to: options.regularisation, ramp: Self.ramp, stepsPerEpoch: steps)
    freezeLastLayer = options.freezeLastLayer
    stepsPerEpoch = steps
  }

  /// The numbers of a step, counted from 0 over the whole run.
  func step(_ iteration: Int) -> DistillationStep {
    DistillationStep(
      learningRate: rate.value(at: iteration), weightDecay: decay.value(at: iteration),
      teacherMomentum: momentum.value(at: iteration), teacherTemperature: temperature.value(at: iteration),
      regularisation: regularisation.value(at: iteration),
      freezesLastLayer: iteration / stepsPerEpoch < freezeLastLayer)
  }
}
