// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// The numbers of a training run. What is not said is as `FinetuneOptions` has it, or the file of `--config`.
struct FinetuneTraining: ParsableArguments {
  @Option(help: FinetuneOptions.help("--epochs", "Passes over the data"))
  var epochs: Int?

  @Option(help: "End after so many steps in all.")
  var steps: Int?

  @Option(help: FinetuneOptions.help("--optimizer", "sgd, adam or adamw"))
  var optimizer: FinetuneOptions.OptimizerKind?

  @Option(help: FinetuneOptions.help("--schedule", "cosine (warm-up, then a cosine), step, or constant"))
  var schedule: FinetuneOptions.RateShape?

  @Option(help: FinetuneOptions.help("--lr", "The highest learning rate, at the end of the warm-up"))
  var lr: Double?

  @Option(help: FinetuneOptions.help("--min-lr", "The lowest, at the start and at the end; cosine only"))
  var minLr: Double?

  @Option(
    help: FinetuneOptions.help("--warmup-epochs", "Epochs in which the rate rises; then it falls as a cosine")
  )
  var warmupEpochs: Int?

  @Option(help: FinetuneOptions.help("--step-epochs", "Epochs after which a stepped rate falls to a tenth"))
  var stepEpochs: Int?

  @Option(help: "PATTERN=FACTOR on the rate of backbone keys, or of classifier.** (repeatable).")
  var lrFor: [RateFactorWord] = []

  @Option(help: FinetuneOptions.help("--momentum", "SGD's momentum"))
  var momentum: Double?

  @Flag(inversion: .prefixedNo, help: FinetuneOptions.help("--nesterov", "Nesterov's form of SGD's step"))
  var nesterov: Bool?

  @Option(help: FinetuneOptions.help("--weight-decay", "Weight decay, on all that is trained"))
  var weightDecay: Double?

  @Option(help: "The longest that a step's gradients may be together; longer ones are scaled down.")
  var clipGrad: Double?

  @Option(
    help: FinetuneOptions.help("--margin", "The margin at its highest: radians for arc, cosine for add"))
  var margin: Double?

  @Option(
    help: FinetuneOptions.help(
      "--margin-start", "The epoch, counted from 0, at which the margin begins to rise from 0"))
  var marginStart: Int?

  @Option(help: FinetuneOptions.help("--margin-end", "The epoch at which it is reached"))
  var marginEnd: Int?

  @Option(help: "What every random draw depends on.")
  var seed: UInt64 = 0

  @Option(help: FinetuneOptions.help("--threads", "Threads; no result depends on their number"))
  var threads: Int?

  func apply(to options: inout FinetuneOptions) throws {
    let hasMargin = (options.loss ?? (options.classifier == .cosine ? .arc : .ce)) != .ce
    if !hasMargin, margin != nil || marginStart != nil || marginEnd != nil {
      throw CheckpointError(
        .wrongWords, "cross-entropy has no margin", hint: "--classifier cosine, or no --margin")
    }
    options.epochs = epochs ?? options.epochs
    options.steps = steps
    options.optimizer = optimizer ?? options.optimizer
    options.rateShape = schedule ?? options.rateShape
    options.learningRate = lr ?? options.learningRate
    options.minimumRate = minLr ?? options.minimumRate
    options.warmupEpochs = warmupEpochs ?? min(options.warmupEpochs, options.epochs)
    options.stepEpochs = stepEpochs ?? options.stepEpochs
    options.rateFactors += lrFor.map(\.value)
    options.momentum = momentum ?? options.momentum
    options.nesterov = nesterov ?? options.nesterov
    options.weightDecay = weightDecay ?? options.weightDecay
    options.longestGradient = clipGrad ?? options.longestGradient
    options.margin = margin ?? options.margin
    options.marginStart = marginStart ?? options.marginStart
    options.marginEnd = marginEnd ?? max(options.marginEnd, options.marginStart)
    options.seed = seed
    options.threads = threads
  }
}

/// `PATTERN=FACTOR`.
struct RateFactorWord: ExpressibleByArgument {
  let value: FinetuneOptions.RateFactor

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="),
      let factor = Double(argument[argument.index(after: equals)...]), equals > argument.startIndex
    else { return nil }
    value = .init(pattern: String(argument[..<equals]), factor: factor)
  }
}

extension FinetuneOptions.OptimizerKind: ExpressibleByArgument {}
extension FinetuneOptions.RateShape: ExpressibleByArgument {}
