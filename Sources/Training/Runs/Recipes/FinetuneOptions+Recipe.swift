// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FinetuneOptions {
  /// Takes over what a configuration of 3D-Speaker's `train.py` says.
  ///
  /// - Throws: `unsupported` for a class that is not known here; `misfit` for values of the wrong kind.
  package mutating func take(_ recipe: TrainingRecipe) throws(CheckpointError) {
    epochs = try recipe.int("num_epoch") ?? epochs
    saveEvery = try recipe.int("save_epoch_freq") ?? saveEvery
    batchSize = try recipe.int("batch_size") ?? batchSize
    if let rate = try recipe.number("lr") { learningRate = rate }
    if let rate = try recipe.number("min_lr") { minimumRate = rate }
    try takeExamples(recipe)
    try takeOptimizer(recipe)
    try takeLoss(recipe)
    // Most files tell what network they hold; what the configuration says of another one is not looked at then.
    switch recipe.aside({ () throws(CheckpointError) in try recipe.embeddingModel() }) {
    case .success(nil): recipeNetwork = nil
    case .success(let network?): recipeNetwork = .success(network)
    case .failure(let error): recipeNetwork = .failure(error)
    }
  }

  private mutating func takeExamples(_ recipe: TrainingRecipe) throws(CheckpointError) {
    if let seconds = try recipe.number("wav_reader/args/duration", "wav_len") {
      cropSeconds = seconds
      // Upstream fills short recordings with zeros.
      padding = .zero
    }
    let changesSpeed = try recipe.bool("wav_reader/args/speed_pertub", "speed_pertub") ?? false
    let drawsSpeed = try recipe.bool("wav_reader/args/lm") ?? true
    speed = changesSpeed ? (drawsSpeed ? .random : .labelsOnly) : .none
    if let probability = try recipe.number("augmentations/args/aug_prob", "aug_prob") {
      augmentation = probability
    }
    noises = try recipe.text("augmentations/args/noise_file", "noise") ?? noises
    impulses = try recipe.text("augmentations/args/reverb_file", "reverb") ?? impulses
  }

  private mutating func takeOptimizer(_ recipe: TrainingRecipe) throws(CheckpointError) {
    switch try recipe.object("optimizer") {
    case "SGD": optimizer = .sgd
    case "Adam": optimizer = .adam
    case "AdamW": optimizer = .adamw
    case nil: break
    case let name?: throw Self.unknown("optimizer", name)
    }
    if let rate = try recipe.number("optimizer/args/lr") { learningRate = rate }
    momentum = try recipe.number("optimizer/args/momentum") ?? momentum
    nesterov = try recipe.bool("optimizer/args/nesterov") ?? (optimizer == .sgd ? false : nesterov)
    weightDecay = try recipe.number("optimizer/args/weight_decay") ?? weightDecay
    switch try recipe.object("lr_scheduler") {
    case "WarmupCosineScheduler":
      rateShape = .cosine
      learningRate = try recipe.number("lr_scheduler/args/max_lr") ?? learningRate
      minimumRate = try recipe.number("lr_scheduler/args/min_lr") ?? minimumRate
      warmupEpochs = try recipe.int("lr_scheduler/args/warmup_epoch") ?? warmupEpochs
      let end = try recipe.int("lr_scheduler/args/fix_epoch") ?? epochs
      guard end == epochs else {
        throw CheckpointError(
          .unsupported, "`lr_scheduler/args/fix_epoch` is \(end), not `num_epoch`, \(epochs)")
      }
    case "StepScheduler":
      rateShape = .step
      stepEpochs = try recipe.int("lr_scheduler/args/step_size") ?? stepEpochs
    case nil: break
    case let name?: throw Self.unknown("lr_scheduler", name)
    }
  }

  private mutating func takeLoss(_ recipe: TrainingRecipe) throws(CheckpointError) {
    switch try recipe.object("classifier") {
    case "CosineClassifier": classifier = .cosine
    case "LinearClassifier": classifier = .linear
    case nil: break
    case let name?: throw Self.unknown("classifier", name)
    }
    classifierBlocks = try recipe.int("classifier/args/num_blocks") ?? classifierBlocks
    classifierWidth = try recipe.int("classifier/args/inter_dim") ?? classifierWidth
    switch try recipe.object("loss") {
    case "ArcMarginLoss": loss = .arc
    case "AddMarginLoss": loss = .add
    case "EntropyLoss": loss = .ce
    case nil: break
    case let name?: throw Self.unknown("loss", name)
    }
    scale = try recipe.number("loss/args/scale") ?? scale
    easyMargin = try recipe.bool("loss/args/easy_margin") ?? easyMargin
    guard chosenLoss.hasMargin else { return }
    if let fixed = try recipe.number("loss/args/margin") {
      (margin, marginInitial, marginStart, marginEnd) = (fixed, fixed, 0, 0)
    }
    guard try recipe.object("margin_scheduler") != nil else { return }
    margin = try recipe.number("margin_scheduler/args/final_margin") ?? margin
    marginInitial = try recipe.number("margin_scheduler/args/initial_margin") ?? 0
    marginStart = try recipe.int("margin_scheduler/args/increase_start_epoch") ?? marginStart
    marginEnd = try recipe.int("margin_scheduler/args/fix_epoch") ?? marginEnd
    switch try recipe.text("margin_scheduler/args/increase_type") {
    case "exp", nil: marginShape = .exp
    case "linear": marginShape = .linear
    case let name?: throw Self.unknown("margin_scheduler/args/increase_type", name)
    }
  }

  private static func unknown(_ place: String, _ name: String) -> CheckpointError {
    CheckpointError(.unsupported, "`\(place)` is \(name), which is not known here")
  }
}
