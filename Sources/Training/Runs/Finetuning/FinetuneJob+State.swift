// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FinetuneJob {
  /// Where the run stands, with everything that must be the same for it to go on.
  func state(
    epoch: Int, step: Int, best: TrainingState.Best? = nil, sums: [String: Double] = [:]
  ) throws(CheckpointError) -> TrainingState {
    var state = TrainingState(
      method: "finetune", epoch: epoch, step: step, seed: options.seed, stepsPerEpoch: steps,
      batchSize: options.batchSize, schedule: options.scheduleConstants,
      data: try .init(items: data.count, labels: data.manifest.labels), best: best,
      options: options.fixedWords)
    state.sums = sums
    return state
  }
}

extension FinetuneOptions {
  /// The numbers of rate and margin, by option.
  fileprivate var scheduleConstants: [String: Double] {
    [
      "--epochs": Double(epochs), "--lr": learningRate, "--min-lr": minimumRate,
      "--warmup-epochs": Double(warmupEpochs), "--step-epochs": Double(stepEpochs), "--margin": margin,
      "--margin-initial": marginInitial, "--margin-start": Double(marginStart),
      "--margin-end": Double(marginEnd),
    ]
  }

  /// Everything else that a result depends on, by option.
  fileprivate var fixedWords: [String: String] {
    var words: [String: String] = [
      "--classifier": classifier.rawValue, "--loss": "\(chosenLoss)",
      "--freeze": freeze.joined(separator: " "),
      "--unfreeze-after": unfreezeAfter.map(String.init) ?? "never",
      "--norm-statistics": normStatistics.rawValue, "--optimizer": optimizer.rawValue,
      "--weight-decay": "\(weightDecay)", "--schedule": rateShape.rawValue,
      "--margin-shape": marginShape.rawValue,
      "--lr-for": rateFactors.map { "\($0.pattern)=\($0.factor)" }.joined(separator: " "),
      "--clip-grad": longestGradient.map { "\($0)" } ?? "none", "--order": order.word,
      "--crop": takesWhole ? "none" : cropFrames.map { "\($0) frames" } ?? "\(cropSeconds ?? 2) s",
      "--padding": padding.rawValue, "--speed": speed.rawValue, "--noise": noises ?? "none",
      "--rir": impulses ?? "none",
    ]
    // Absent where the file tells: earlier versions knew no other way.
    if let network { words["--network"] = NetworkCatalogue.whole(network) }
    // Absent for none: earlier versions knew no blocks.
    if newBlocks.count > 0 {
      words["--classifier-blocks"] = "\(newBlocks.count)"
      words["--classifier-width"] = "\(newBlocks.width)"
    }
    switch optimizer {
    case .sgd: words["--momentum"] = "\(momentum)\(nesterov ? ", Nesterov" : "")"
    case .adam, .adamw: words["--betas"] = "\(adam.beta1) \(adam.beta2), eps \(adam.epsilon)"
    }
    if noises != nil || impulses != nil { words["--augment"] = "\(augmentation)" }
    return words
  }
}

extension RowOrder {
  /// As the command line says it.
  var word: String {
    switch self {
    case .shuffled: "shuffled"
    case .listed: "csv"
    case .recorded(let file): file.path
    }
  }
}
