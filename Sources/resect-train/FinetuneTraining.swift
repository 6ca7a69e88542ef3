// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// The numbers of a training run.
struct FinetuneTraining: ParsableArguments {
  private static let defaults = FinetuneOptions(backbone: "", data: "", output: "")

  @Option(help: "Passes over the data.")
  var epochs = defaults.epochs

  @Option(help: "Utterances a step; the rest of an epoch's shuffle is left out.")
  var batchSize = defaults.batchSize

  @Option(help: "Seconds of each utterance, anywhere in it (default: 2).")
  var cropSeconds: Double?

  @Option(help: "The same in frames of 10 ms.")
  var cropFrames: Int?

  @Option(help: "What fills shorter utterances: tile (again from the start) or zero.")
  var padding = defaults.padding

  @Option(help: "The highest learning rate, at the end of the warm-up.")
  var lr = defaults.learningRate

  @Option(help: "The lowest, at the start and at the end.")
  var minLr = defaults.minimumRate

  @Option(help: "Epochs in which the rate rises; then it falls as a cosine.")
  var warmupEpochs = defaults.warmupEpochs

  @Option(help: "SGD's momentum.")
  var momentum = defaults.momentum

  @Option(help: "Weight decay, on all that is trained.")
  var weightDecay = defaults.weightDecay

  @Flag(inversion: .prefixedNo, help: "Nesterov's form of the step.")
  var nesterov = true

  @Option(help: "The angular margin at its highest, in radians; cosine only (default: 0.2).")
  var margin: Double?

  @Option(help: "The epoch, counted from 0, at which the margin begins to rise from 0 (default: 0).")
  var marginStart: Int?

  @Option(help: "The epoch at which it is reached (default: 5).")
  var marginEnd: Int?

  @Option(help: "What every random draw depends on.")
  var seed: UInt64 = 0

  @Option(help: "Threads; no result depends on their number (default: one a processor).")
  var threads: Int?

  func apply(to options: inout FinetuneOptions) throws {
    if cropSeconds != nil, cropFrames != nil {
      throw CheckpointError(
        .wrongWords, "--crop-seconds and --crop-frames say the same thing", hint: "give one")
    }
    if options.classifier == .linear, margin != nil || marginStart != nil || marginEnd != nil {
      throw CheckpointError(
        .wrongWords, "a linear classifier has no margin", hint: "--classifier cosine, or no --margin")
    }
    options.epochs = epochs
    options.batchSize = batchSize
    options.cropSeconds = cropSeconds ?? options.cropSeconds
    options.cropFrames = cropFrames
    options.padding = padding
    options.learningRate = lr
    options.minimumRate = minLr
    options.warmupEpochs = warmupEpochs
    options.momentum = momentum
    options.weightDecay = weightDecay
    options.nesterov = nesterov
    options.margin = margin ?? options.margin
    options.marginStart = marginStart ?? options.marginStart
    options.marginEnd = marginEnd ?? max(options.marginEnd, options.marginStart)
    options.seed = seed
    options.threads = threads
  }
}
