// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FinetuneOptions {
  /// - Throws: `wrongWords` for a number that makes no sense, and for options that contradict each other.
  package func check() throws(CheckpointError) {
    try checkRun()
    try checkOptimizer()
    try checkClassifier()
    if freeze.count > 1, freeze.contains("all") || freeze.contains("none") {
      throw CheckpointError(
        .wrongWords, "`--freeze all` and `--freeze none` stand alone",
        hint: "patterns only: --freeze 'blocks.0.**'")
    }
    if unfreezeAfter != nil, freeze == ["none"] {
      throw CheckpointError(.wrongWords, "`--unfreeze-after` needs something frozen", hint: "--freeze all")
    }
    if startsWithClassifier, initial == .random || embedding != nil || network != nil || rules != .init() {
      throw CheckpointError(
        .wrongWords, "`--start` takes backbone and classifier as they are",
        hint: "--backbone with --network, --init, --embedding, --load, --fresh or --ignore")
    }
    guard backbone != nil || initial == .random else {
      throw CheckpointError(
        .wrongWords, "what does the run begin with?",
        hint: network != nil
          ? "--backbone FILE for the file's values, or --init random for none"
          : "--backbone FILE for a new classifier on it, or --start FOLDER for both")
    }
    guard backbone != nil || network != nil || recipeNetwork != nil else {
      throw CheckpointError(
        .wrongWords, "`--init random` without a file: what network is it?",
        hint: "--network NAME, such as 3dspeaker/ecapa-192, or --backbone FILE for the file's sizes")
    }
    if initial == .random, rules != .init() {
      throw CheckpointError(.wrongWords, "`--init random` draws everything anew: nothing is left to load")
    }
  }

  private func checkRun() throws(CheckpointError) {
    try Self.require((1...100_000).contains(epochs), "--epochs \(epochs)", "1 to 100000")
    try Self.require((1...16_384).contains(batchSize), "--batch-size \(batchSize)", "1 to 16384")
    try Self.require(saveEvery > 0, "--save-every \(saveEvery)", "at least 1")
    try Self.require((1...256).contains(threads ?? 1), "--threads \(threads ?? 1)", "1 to 256")
    try Self.require((1...65_536).contains(embedding ?? 1), "--embedding \(embedding ?? 1)", "1 to 65536")
    try Self.require((steps ?? 1) > 0, "--steps \(steps ?? 1)", "at least 1")
    try Self.require((saveSteps ?? 1) > 0, "--save-steps \(saveSteps ?? 1)", "at least 1")
    try Self.require((keep ?? 1) > 0, "--keep \(keep ?? 1)", "at least 1")
    try Self.require((unfreezeAfter ?? 1) > 0, "--unfreeze-after \(unfreezeAfter ?? 1)", "at least 1")
    try Self.require((0...1).contains(augmentation), "--augment \(augmentation)", "0 to 1")
  }

  private func checkOptimizer() throws(CheckpointError) {
    try Self.require(learningRate > 0 && learningRate.isFinite, "--lr \(learningRate)", "above 0")
    if rateShape == .cosine {
      try Self.require(
        minimumRate >= 0 && minimumRate <= learningRate, "--min-lr \(minimumRate)",
        "0 to --lr, \(learningRate)")
      try Self.require(
        (0...epochs).contains(warmupEpochs), "--warmup-epochs \(warmupEpochs)", "0 to --epochs")
    }
    try Self.require(stepEpochs > 0, "--step-epochs \(stepEpochs)", "at least 1")
    try Self.require(momentum >= 0 && momentum < 1, "--momentum \(momentum)", "0 to below 1")
    try Self.require(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay \(weightDecay)", "at least 0")
    for beta in [adam.beta1, adam.beta2] {
      try Self.require(beta >= 0 && beta < 1, "betas \(beta)", "0 to below 1")
    }
    try Self.require(adam.epsilon > 0 && adam.epsilon.isFinite, "eps \(adam.epsilon)", "above 0")
    if let longestGradient {
      try Self.require(
        longestGradient > 0 && longestGradient.isFinite, "--clip-grad \(longestGradient)", "above 0")
    }
    for rate in rateFactors {
      try Self.require(
        rate.factor >= 0 && rate.factor.isFinite, "--lr-for \(rate.pattern)=\(rate.factor)", "at least 0")
    }
    if optimizer == .sgd, nesterov, momentum == 0 {
      throw CheckpointError(.wrongWords, "Nesterov's step needs a momentum", hint: "--no-nesterov")
    }
  }

  private func checkClassifier() throws(CheckpointError) {
    let (blocks, width) = (classifierBlocks ?? 0, classifierWidth ?? 1)
    try Self.require((0...100).contains(blocks), "--classifier-blocks \(blocks)", "0 to 100")
    try Self.require((1...65_536).contains(width), "--classifier-width \(width)", "1 to 65536")
    try Self.require(scale > 0 && scale.isFinite, "scale \(scale)", "above 0")
    for (name, value) in [("--margin", margin), ("initial_margin", marginInitial)] {
      try Self.require(value >= 0 && value < 1.5, "\(name) \(value)", "0 to below 1.5 (radians)")
    }
    try Self.require(marginStart >= 0, "--margin-start \(marginStart)", "at least 0")
    try Self.require(marginEnd >= marginStart, "--margin-end \(marginEnd)", "at least --margin-start")
    if classifier == .linear, chosenLoss.hasMargin {
      throw CheckpointError(
        .wrongWords, "a margin is taken off cosines, and a linear classifier gives none",
        hint: "--loss ce, or --classifier cosine")
    }
  }

  /// - Parameter what: the option; where only a recipe or the library sets it, the recipe's word.
  private static func require(
    _ holds: Bool, _ what: String, _ range: String
  ) throws(CheckpointError) {
    if !holds { throw CheckpointError(.wrongWords, "`\(what)`: it must be \(range)") }
  }
}
