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
  /// Takes a file of our own as upstream takes one: weights, optimizer, epoch; not what the run had been told.
  package var forgetsRun = false
  package var data: String
  package var output: String

  package var epochs: Int?
  /// Ends the run after so many steps in all.
  package var steps: Int?
  package var batchSize = 52
  package var seed: UInt64 = 0
  package var order = RowOrder.shuffled

  /// Rates, decays, momenta and temperatures; how long the run is and what a step takes is filled in when it begins.
  package var schedules = DistillationSchedules(epochs: 0, stepsPerEpoch: 0, batchSize: 0)
  package var clipNorm = 3.0
  /// `std_coeff` and `cov_coeff`; RDINO only.
  package var stdCoefficient = 10.0
  package var covCoefficient = 1.0
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
    var schedules = schedules
    (schedules.epochs, schedules.stepsPerEpoch, schedules.batchSize) = (epochs, stepsPerEpoch, batchSize)
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
    try checkSchedules(require)
    try require(clipNorm > 0 && clipNorm.isFinite, "--clip-grad \(clipNorm)", "above 0")
    try require(keepEvery >= 0, "--keep-every \(keepEvery)", "at least 0")
    try require((saveSteps ?? 1) > 0, "--save-steps \(saveSteps ?? 1)", "at least 1")
    try require((1...256).contains(threads ?? 1), "--threads \(threads ?? 1)", "1 to 256")
    guard (noises == nil) == (impulses == nil) else {
      throw CheckpointError(
        .wrongWords, "the recipe augments with noise and reverberation together",
        hint: "both --noise and --rir, or neither")
    }
  }

  private func checkSchedules(
    _ require: (Bool, String, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let numbers = schedules
    let (rate, lowest) = (numbers.learningRate, numbers.finalLearningRate)
    try require(rate > 0 && rate.isFinite, "--lr \(rate)", "above 0")
    try require(lowest >= 0 && lowest.isFinite, "--min-lr \(lowest)", "at least 0")
    try require(numbers.warmupEpochs >= 0, "--warmup-epochs \(numbers.warmupEpochs)", "at least 0")
    for decay in [numbers.weightDecay, numbers.finalWeightDecay] {
      try require(decay >= 0 && decay.isFinite, "--weight-decay \(decay)", "at least 0")
    }
    let momentum = numbers.teacherMomentum
    try require((0...1).contains(momentum), "--momentum-teacher \(momentum)", "0 to 1")
    for temperature in [numbers.teacherTemperature, numbers.warmupTeacherTemperature] {
      try require(temperature > 0 && temperature.isFinite, "--teacher-temp \(temperature)", "above 0")
    }
    let weight = numbers.regularisation
    try require(weight >= 0 && weight.isFinite, "--lambda \(weight)", "at least 0")
    let epochs = numbers.lastLayerEpochs
    try require(epochs >= 0, "--freeze-last-layer \(epochs)", "at least 0")
  }
}
