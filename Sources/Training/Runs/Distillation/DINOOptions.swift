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
  package var method: DINOMethod?
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
  /// Writes a statement about the run at its end.
  package var writesProvenance = false

  package init(data: String, output: String) {
    self.data = data
    self.output = output
  }

  /// Upstream trains RDINO for 70 epochs and SDPN for 150.
  func epochs(of method: DINOMethod) -> Int { epochs ?? (method == .rdino ? 70 : 150) }

  /// RDINO looks at two global crops, SDPN at one.
  func globals(of method: DINOMethod) -> Int { globals ?? (method == .rdino ? 2 : 1) }

  /// With what a method fills in where nothing is said.
  package func settled(for method: DINOMethod) -> Self {
    var options = self
    (options.epochs, options.globals) = (epochs(of: method), globals(of: method))
    return options
  }

  func schedules(epochs: Int, stepsPerEpoch: Int) -> DistillationSchedules {
    var schedules = schedules
    (schedules.epochs, schedules.stepsPerEpoch, schedules.batchSize) = (epochs, stepsPerEpoch, batchSize)
    return schedules
  }

  func crops(of method: DINOMethod) throws(CheckpointError) -> DINOCrops {
    try DINOCrops(globals: globals(of: method), locals: locals, frames: frames)
  }

  /// - Throws: `wrongWords` for a number that makes no sense.
  package func check() throws(CheckpointError) {
    guard method != nil || resume != nil else {
      throw CheckpointError(
        .wrongWords, "what does the run begin with?", hint: "--resume checkpoint.pth, or --init rdino")
    }
    try checkEach()
    guard (noises == nil) == (impulses == nil) else {
      throw CheckpointError(
        .wrongWords, "the recipe augments with noise and reverberation together",
        hint: "both --noise and --rir, or neither")
    }
  }
}

extension DINOOptions {
  /// Takes over what a configuration of 3D-Speaker's `train_rdino.py` or `train_sdpn.py` says.
  ///
  /// - Throws: `unsupported` for what cannot be trained here; `misfit` for values of the wrong kind.
  package mutating func take(_ recipe: TrainingRecipe) throws(CheckpointError) {
    try takeEach(recipe)
    if try recipe.bool("student_head/args/use_bn", "use_bn_in_head") == false {
      throw CheckpointError(.unsupported, "a head without batch normalisation is not trained here")
    }
  }
}
