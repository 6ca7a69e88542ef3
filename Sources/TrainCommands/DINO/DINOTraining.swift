// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// The numbers of a self-supervised run. What is not said is as 3D-Speaker has it, or the file of `--config`.
struct DINOTraining: ParsableArguments {
  @Option(help: DINOOptions.help("--epochs", "Passes over the data"))
  var epochs: Int?

  @Option(help: "End after so many steps in all.")
  var steps: Int?

  @Option(help: DINOOptions.help("--batch-size", "Recordings a step"))
  var batchSize: Int?

  @Option(help: "shuffled, csv (as listed), or a file that says the order.")
  var order: String?

  @Option(help: DINOOptions.help("--frames", "Frames of a global crop; a local one has half as many"))
  var frames: Int?

  @Option(help: DINOOptions.help("--globals", "Global crops"))
  var globals: Int?

  @Option(help: DINOOptions.help("--locals", "Local crops, an even number"))
  var locals: Int?

  @Option(
    help: "Noises in folders noise, speech and music: a folder, a wav.scp, or a list.", completion: .file())
  var noise: String?

  @Option(help: "Impulse responses: the same, or a .npy of rows.", completion: .file())
  var rir: String?

  @Option(
    help: DINOOptions.help("--lr", "The highest learning rate for a batch of 256, in proportion for others"))
  var lr: Double?

  @Option(help: DINOOptions.help("--min-lr", "The lowest, at the end"))
  var minLr: Double?

  @Option(help: DINOOptions.help("--warmup-epochs", "Epochs in which the rate rises"))
  var warmupEpochs: Int?

  @Option(help: DINOOptions.help("--weight-decay", "Weight decay, not on biases and norms"))
  var weightDecay: Double?

  @Option(help: DINOOptions.help("--clip-grad", "The longest that the gradient of one tensor may be"))
  var clipGrad: Double?

  @Option(
    help: DINOOptions.help(
      "--momentum-teacher", "What the teacher keeps of itself at the start; it rises to 1"))
  var momentumTeacher: Double?

  @Option(help: DINOOptions.help("--teacher-temp", "The teacher's temperature; RDINO"))
  var teacherTemp: Double?

  @Option(help: DINOOptions.help("--lambda", "The weight of RDINO's regularisers after ten epochs"))
  var lambda: Double?

  @Option(help: DINOOptions.help("--freeze-last-layer", "Epochs in which RDINO's last layer stays"))
  var freezeLastLayer: Int?

  @Option(help: "What every random draw depends on.")
  var seed: UInt64 = 0

  @Option(help: DINOOptions.help("--threads", "Threads; no result depends on their number"))
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
