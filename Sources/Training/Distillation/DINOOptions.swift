// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Everything that a self-supervised run is told. The defaults are 3D-Speaker's (`egs/voxceleb/sv-rdino`, `sv-sdpn`), but
/// for the batch, which there is 208 or 384 on four GPUs.
package struct DINOOptions: Sendable, Equatable {
  /// The sizes of networks that are made from nothing.
  package struct Sizes: Sendable, Equatable {
    package var channels = [1024, 1024, 1024, 1024, 3072]
    package var attention = 128
    package var squeezed = 128
    package var embedding = 512
    package var hidden = 2048
    /// `add_dim`; RDINO only.
    package var regularised = 8192
    package var bottleneck = 256
    /// `out_dim`; RDINO only.
    package var outputs = 65536
    /// `num_proto`; SDPN only.
    package var prototypes = 1024

    package init() {}
  }

  /// Begins a run of this method from nothing; nil where a file is gone on from.
  package var method: DINORecipe?
  package var sizes = Sizes()
  /// A `checkpoint.pth`. Beside `method` it may be absent: then the run begins.
  package var resume: String?
  /// Takes a file of our own as upstream takes one: weights, optimiser, epoch; not what the run had been told.
  package var forgetsRun = false
  package var data: String
  package var output: String

  package var epochs: Int?
  /// Ends the run after so many steps in all.
  package var steps: Int?
  package var batchSize = 52
  package var seed: UInt64 = 0
  package var order = RowOrder.shuffled

  /// `lr`, for a batch of 256.
  package var learningRate = 0.4
  package var minimumRate = 1e-5
  package var warmupEpochs = 10
  package var weightDecay = 5e-5
  package var finalWeightDecay = 5e-5
  package var clipNorm = 3.0
  /// `momentum_teacher`; it rises to 1.
  package var teacherMomentum = 0.996
  package var warmupTeacherTemperature = 0.04
  package var teacherTemperature = 0.04
  package var warmupTeacherEpochs = 10
  /// `lambd`, reached from 0.05 over ten epochs; RDINO only.
  package var regularisation = 0.2
  /// `std_coeff` and `cov_coeff`; RDINO only.
  package var stdCoefficient = 10.0
  package var covCoefficient = 1.0
  /// Epochs in which RDINO's last layer stays.
  package var freezeLastLayer = 1
  /// SDPN only.
  package var koLeoWeight = 0.1
  package var memaxWeight = 1.0

  /// Frames of a global crop; a local one has half as many.
  package var frames = 400
  package var globals: Int?
  package var locals = 4
  package var noises: String?
  package var impulses: String?

  /// `saveckp_freq`: also keeps a `checkpoint<epoch>.pth` every so many epochs; 0 for none.
  package var keepEvery = 10
  /// Writes `checkpoint.pth` every so many steps too.
  package var saveSteps: Int?
  package var threads: Int?
  /// An experiment's `checkpoint.pth` may be replaced by another run's.
  package var replaces = false

  package init(data: String, output: String) {
    self.data = data
    self.output = output
  }

  /// Upstream trains RDINO for 70 epochs and SDPN for 150.
  func epochs(of method: DINORecipe) -> Int { epochs ?? (method == .rdino ? 70 : 150) }

  func schedules(epochs: Int, stepsPerEpoch: Int) -> DistillationSchedules {
    var schedules = DistillationSchedules(epochs: epochs, stepsPerEpoch: stepsPerEpoch, batchSize: batchSize)
    (schedules.learningRate, schedules.finalLearningRate) = (learningRate, minimumRate)
    schedules.warmupEpochs = warmupEpochs
    (schedules.weightDecay, schedules.finalWeightDecay) = (weightDecay, finalWeightDecay)
    schedules.teacherMomentum = teacherMomentum
    schedules.warmupTeacherTemperature = warmupTeacherTemperature
    (schedules.teacherTemperature, schedules.teacherTemperatureEpochs) = (
      teacherTemperature, warmupTeacherEpochs
    )
    schedules.regularisation = regularisation
    schedules.lastLayerEpochs = freezeLastLayer
    return schedules
  }

  func crops(of method: DINORecipe) throws(CheckpointError) -> DINOCrops {
    try DINOCrops(globals: globals ?? (method == .rdino ? 2 : 1), locals: locals, frames: frames)
  }

  /// - Throws: `wrongWords` for a number that makes no sense.
  package func check() throws(CheckpointError) {
    func require(_ holds: Bool, _ what: String, _ range: String) throws(CheckpointError) {
      if !holds { throw CheckpointError(.wrongWords, "`\(what)`: it must be \(range)") }
    }
    guard method != nil || resume != nil else {
      throw CheckpointError(
        .wrongWords, "what does the run begin with?", hint: "--resume checkpoint.pth, or --init rdino")
    }
    try require((1...100_000).contains(epochs ?? 1), "--epochs \(epochs ?? 1)", "1 to 100000")
    try require((steps ?? 1) > 0, "--steps \(steps ?? 1)", "at least 1")
    try require((2...16_384).contains(batchSize), "--batch-size \(batchSize)", "2 to 16384")
    try require(learningRate > 0 && learningRate.isFinite, "--lr \(learningRate)", "above 0")
    try require(minimumRate >= 0 && minimumRate.isFinite, "--min-lr \(minimumRate)", "at least 0")
    try require(warmupEpochs >= 0, "--warmup-epochs \(warmupEpochs)", "at least 0")
    for decay in [weightDecay, finalWeightDecay] {
      try require(decay >= 0 && decay.isFinite, "--weight-decay \(decay)", "at least 0")
    }
    try require(clipNorm > 0 && clipNorm.isFinite, "--clip-grad \(clipNorm)", "above 0")
    try require((0...1).contains(teacherMomentum), "--momentum-teacher \(teacherMomentum)", "0 to 1")
    for temperature in [teacherTemperature, warmupTeacherTemperature] {
      try require(temperature > 0 && temperature.isFinite, "--teacher-temp \(temperature)", "above 0")
    }
    try require(regularisation >= 0 && regularisation.isFinite, "--lambda \(regularisation)", "at least 0")
    try require(freezeLastLayer >= 0, "--freeze-last-layer \(freezeLastLayer)", "at least 0")
    try require(keepEvery >= 0, "--keep-every \(keepEvery)", "at least 0")
    try require((saveSteps ?? 1) > 0, "--save-steps \(saveSteps ?? 1)", "at least 1")
    try require((1...256).contains(threads ?? 1), "--threads \(threads ?? 1)", "1 to 256")
    guard (noises == nil) == (impulses == nil) else {
      throw CheckpointError(
        .wrongWords, "the recipe augments with noise and reverberation together",
        hint: "both --noise and --rir, or neither")
    }
  }
}
