// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// The numbers of a self-supervised run. What is not said is as 3D-Speaker has it, or the file of `--config`.
struct DINOTraining: ParsableArguments {
  @Option(help: "Passes over the data (default: 70 for RDINO, 150 for SDPN).")
  var epochs: Int?

  @Option(help: "End after so many steps in all.")
  var steps: Int?

  @Option(help: "Recordings a step (default: 52).")
  var batchSize: Int?

  @Option(help: "shuffled, csv (as listed), or a file that says the order.")
  var order: String?

  @Option(help: "Frames of a global crop; a local one has half as many (default: 400).")
  var frames: Int?

  @Option(help: "Global crops (default: 2 for RDINO, 1 for SDPN).")
  var globals: Int?

  @Option(help: "Local crops, an even number (default: 4).")
  var locals: Int?

  @Option(
    help: "Noises in folders noise, speech and music: a folder, a wav.scp, or a list.", completion: .file())
  var noise: String?

  @Option(help: "Impulse responses: the same, or a .npy of rows.", completion: .file())
  var rir: String?

  @Option(help: "The highest learning rate for a batch of 256, in proportion for others (default: 0.4).")
  var lr: Double?

  @Option(help: "The lowest, at the end (default: 0.00001).")
  var minLr: Double?

  @Option(help: "Epochs in which the rate rises (default: 10).")
  var warmupEpochs: Int?

  @Option(help: "Weight decay, not on biases and norms (default: 0.00005).")
  var weightDecay: Double?

  @Option(help: "The longest that the gradient of one tensor may be (default: 3).")
  var clipGrad: Double?

  @Option(help: "What the teacher keeps of itself at the start; it rises to 1 (default: 0.996).")
  var momentumTeacher: Double?

  @Option(help: "The teacher's temperature; RDINO (default: 0.04).")
  var teacherTemp: Double?

  @Option(help: "The weight of RDINO's regularisers after ten epochs (default: 0.2).")
  var lambda: Double?

  @Option(help: "Epochs in which RDINO's last layer stays (default: 1).")
  var freezeLastLayer: Int?

  @Option(help: "What every random draw depends on.")
  var seed: UInt64 = 0

  @Option(help: "Threads; no result depends on their number (default: one a processor).")
  var threads: Int?

  func apply(to options: inout DINOOptions) throws {
    options.epochs = epochs ?? options.epochs
    options.steps = steps
    options.batchSize = batchSize ?? options.batchSize
    if let order { options.order = try RowOrder(word: order) }
    options.frames = frames ?? options.frames
    options.globals = globals ?? options.globals
    options.locals = locals ?? options.locals
    options.noises = noise ?? options.noises
    options.impulses = rir ?? options.impulses
    options.schedules.learningRate = lr ?? options.schedules.learningRate
    options.schedules.finalLearningRate = minLr ?? options.schedules.finalLearningRate
    options.schedules.warmupEpochs = warmupEpochs ?? options.schedules.warmupEpochs
    options.schedules.weightDecay = weightDecay ?? options.schedules.weightDecay
    options.schedules.finalWeightDecay = weightDecay ?? options.schedules.finalWeightDecay
    options.clipNorm = clipGrad ?? options.clipNorm
    options.schedules.teacherMomentum = momentumTeacher ?? options.schedules.teacherMomentum
    if let teacherTemp {
      (options.schedules.teacherTemperature, options.schedules.warmupTeacherTemperature) = (
        teacherTemp, teacherTemp
      )
    }
    options.schedules.regularisation = lambda ?? options.schedules.regularisation
    options.schedules.lastLayerEpochs = freezeLastLayer ?? options.schedules.lastLayerEpochs
    options.seed = seed
    options.threads = threads
  }
}
