// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What a configuration says in more than one value, or of more than one option. What is one value for one option stands in
/// the table.
extension FinetuneOptions {
  /// Takes over what a configuration of 3D-Speaker's `train.py` says.
  ///
  /// - Throws: `unsupported` for a class that is not known here; `misfit` for values of the wrong kind.
  package mutating func take(_ recipe: TrainingRecipe) throws(CheckpointError) {
    try takeEach(recipe)
    try takeMargin(recipe)
    try checkEnd(recipe)
    // Most files tell what network they hold; what the configuration says of another one is not looked at then.
    switch recipe.aside({ () throws(CheckpointError) in try recipe.embeddingModel() }) {
    case .success(nil): recipeNetwork = nil
    case .success(let network?): recipeNetwork = .success(network)
    case .failure(let error): recipeNetwork = .failure(error)
    }
  }

  static func takeCrop(_ options: inout Self, _ recipe: TrainingRecipe) throws(CheckpointError) {
    guard let seconds = try recipe.number("wav_reader/args/duration", "wav_len") else { return }
    options.cropSeconds = seconds
    // Upstream fills short recordings with zeros.
    options.padding = .zero
  }

  static func takeSpeed(_ options: inout Self, _ recipe: TrainingRecipe) throws(CheckpointError) {
    let changes = try recipe.bool("wav_reader/args/speed_pertub", "speed_pertub") ?? false
    let draws = try recipe.bool("wav_reader/args/lm") ?? true
    options.speed = changes ? (draws ? .random : .labelsOnly) : .none
  }

  static func takeNesterov(_ options: inout Self, _ recipe: TrainingRecipe) throws(CheckpointError) {
    let isUsual = options.optimizer == .sgd ? false : options.nesterov
    options.nesterov = try recipe.bool("optimizer/args/nesterov") ?? isUsual
  }

  private mutating func takeMargin(_ recipe: TrainingRecipe) throws(CheckpointError) {
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
    case let name?: throw TrainingRecipe.unknown("margin_scheduler/args/increase_type", name)
    }
  }

  /// - Throws: `unsupported` where the cosine ends at another epoch than the run.
  private func checkEnd(_ recipe: TrainingRecipe) throws(CheckpointError) {
    guard try recipe.object("lr_scheduler") == "WarmupCosineScheduler" else { return }
    let end = try recipe.int("lr_scheduler/args/fix_epoch") ?? epochs
    guard end == epochs else {
      throw CheckpointError(
        .unsupported, "`lr_scheduler/args/fix_epoch` is \(end), not `num_epoch`, \(epochs)")
    }
  }
}
