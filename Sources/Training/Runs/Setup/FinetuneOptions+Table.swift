// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The options of `finetune`, a line each.
extension FinetuneOptions: RunOptions {
  package static let usual = FinetuneOptions(backbone: nil, data: "", output: "")

  package static let table: [RunOption<Self>] =
    fileOptions + networkOptions + exampleOptions + trainingOptions + optimizerOptions + marginOptions

  private static let fileOptions: [RunOption<Self>] = [
    RunOption("--backbone", .start),
    RunOption("--start", .start),
    RunOption("--data", .field),
    // What they make of the data is in the fingerprint of its labels.
    RunOption("--label-column", .field),
    RunOption("--utt2spk", .field),
    RunOption("--output", .nothing),
    RunOption("--validate", .nothing),
    RunOption("--validate-trials", .nothing),
    RunOption("--keep-on", .nothing),
    .whole("--save-every", \.saveEvery, .from(1), .nothing, recipe: "save_epoch_freq"),
    .whole("--save-steps", \.saveSteps, .from(1), .nothing),
    .whole("--keep", \.keep, .from(1), .nothing, usual: .words { _ in "all" }),
    RunOption("--best-by", .nothing),
    // It says which checkpoints there are.
    RunOption("--average", .words { $0.average?.word }),
    // The state has the start that it goes back to.
    RunOption("--blend", .words { $0.blends ? "yes" : nil }),
    // What it sets fixes what it must.
    RunOption("--small", .nothing),
    RunOption("--resume", .nothing),
    RunOption("--force", .nothing),
    RunOption("--provenance", .nothing),
  ]

  private static let networkOptions: [RunOption<Self>] = [
    // Left out where the form of the network tells: earlier versions knew no other way.
    RunOption("--front-end", .words { $0.frontEnd == .fbankSherpa ? $0.frontEnd?.rawValue : nil }),
    // Left out where the file tells: earlier versions knew no other way.
    RunOption("--network", .words { $0.network.map(NetworkCatalogue.whole) }),
    RunOption("--init", .start),
    RunOption("--load", .start, usual: .words { _ in "everything" }),
    RunOption("--fresh", .start),
    RunOption("--ignore", .start),
    .whole("--embedding", \.embedding, .within(1...65_536), .start),
    .choice(
      "--classifier", \.classifier, .value(), recipe: "classifier",
      classes: ["CosineClassifier": .cosine, "LinearClassifier": .linear]),
    // Left out for none: earlier versions knew no blocks.
    .whole(
      "--classifier-blocks", \.classifierBlocks, .within(0...100),
      .words { $0.newBlocks.count > 0 ? "\($0.newBlocks.count)" : nil }, recipe: "classifier/args/num_blocks",
      usual: .words { "\($0.newBlocks.count)" }),
    .whole(
      "--classifier-width", \.classifierWidth, .within(1...65_536),
      .words { $0.newBlocks.count > 0 ? "\($0.newBlocks.width)" : nil }, recipe: "classifier/args/inter_dim",
      usual: .words { "\($0.newBlocks.width)" }),
    .choice(
      "--loss", \.loss, .words { "\($0.chosenLoss)" }, recipe: "loss",
      classes: ["ArcMarginLoss": .arc, "AddMarginLoss": .add, "EntropyLoss": .ce]),
    .real("scale", \.scale, .aboveZero, .with("--loss"), recipe: "loss/args/scale"),
    RunOption(
      "easy_margin", .with("--loss"),
      take: { options, file throws(CheckpointError) in
        options.easyMargin = try file.bool("loss/args/easy_margin") ?? options.easyMargin
      }),
    RunOption("--freeze", .value(), usual: .value, .init(text: { $0.freeze.joined(separator: " ") })),
    .whole(
      "--unfreeze-after", \.unfreezeAfter, .from(1),
      .words { $0.unfreezeAfter.map { "\($0)" } ?? "never" }),
    .choice("--norm-statistics", \.normStatistics, .value()),
  ]

  private static let exampleOptions: [RunOption<Self>] = [
    .whole("--batch-size", \.batchSize, .within(1...16_384), .field, recipe: "batch_size"),
    RunOption("--order", .words { $0.order.word }),
    RunOption(
      "--crop-seconds", .with("--crop"), usual: .words { Decimals.plain($0.cropSeconds ?? 0) },
      take: takeCrop),
    RunOption("--crop-frames", .with("--crop")),
    RunOption(
      "--crop",
      .words { $0.takesWhole ? "none" : $0.cropFrames.map { "\($0) frames" } ?? "\($0.cropSeconds ?? 2) s" }),
    .choice("--padding", \.padding, .value()),
    RunOption("--speed", .words { $0.speed.rawValue }, take: takeSpeed),
    .name(
      "--noise", \.noises, .words { $0.noises ?? "none" },
      recipe: RecipeKey("augmentations/args/noise_file", "noise")),
    .name(
      "--rir", \.impulses, .words { $0.impulses ?? "none" },
      recipe: RecipeKey("augmentations/args/reverb_file", "reverb")),
    .real(
      "--augment", \.augmentation, .share,
      .words { $0.noises != nil || $0.impulses != nil ? "\($0.augmentation)" : nil },
      recipe: RecipeKey("augmentations/args/aug_prob", "aug_prob"), usual: .value),
    RunOption("--no-augment", .with("--noise")),
  ]

  private static let trainingOptions: [RunOption<Self>] = [
    .whole(
      "--epochs", \.epochs, .within(1...100_000), .schedule(), recipe: "num_epoch", usual: .value),
    .whole("--steps", \.steps, .from(1), .nothing),
    .whole("--patience", \.patience, .from(1), .nothing),
    .choice(
      "--optimizer", \.optimizer, .value(), recipe: "optimizer",
      classes: ["SGD": .sgd, "Adam": .adam, "AdamW": .adamw], usual: .value),
    .choice(
      "--schedule", \.rateShape, .value(), recipe: "lr_scheduler",
      classes: ["WarmupCosineScheduler": .cosine, "StepScheduler": .step], usual: .value),
    .real(
      "--lr", \.learningRate, .aboveZero, .schedule(), recipe: "lr", "optimizer/args/lr",
      RecipeKey("lr_scheduler/args/max_lr", of: "WarmupCosineScheduler"), usual: .value),
    .real(
      "--min-lr", \.minimumRate,
      within: { options in
        let most = options.learningRate
        return options.rateShape == .cosine ? Bounds("0 to --lr, \(most)") { $0 >= 0 && $0 <= most } : nil
      }, .schedule(),
      recipe: ["min_lr", RecipeKey("lr_scheduler/args/min_lr", of: "WarmupCosineScheduler")], usual: .value),
    .whole(
      "--warmup-epochs", \.warmupEpochs,
      within: { options in
        let most = options.epochs
        return options.rateShape == .cosine ? Bounds("0 to --epochs") { $0 >= 0 && $0 <= most } : nil
      }, .schedule(), recipe: [RecipeKey("lr_scheduler/args/warmup_epoch", of: "WarmupCosineScheduler")],
      usual: .value),
    .whole(
      "--step-epochs", \.stepEpochs, .from(1), .schedule(),
      recipe: RecipeKey("lr_scheduler/args/step_size", of: "StepScheduler"), usual: .value),
    RunOption("--seed", .field),
    .whole(
      "--threads", \.threads, .within(1...256), .nothing, usual: .words { _ in "one a processor" }),
  ]

  private static let optimizerOptions: [RunOption<Self>] = [
    RunOption(
      "--lr-for", .words { $0.rateFactors.map { "\($0.pattern)=\($0.factor)" }.joined(separator: " ") },
      check: { options throws(CheckpointError) in
        for rate in options.rateFactors where !Bounds.fromZero.hold(rate.factor) {
          throw RunOption<Self>.refusal("--lr-for \(rate.pattern)=\(rate.factor)", Bounds.fromZero.text)
        }
      }),
    .real(
      "--momentum", \.momentum, .belowOne,
      .words { $0.optimizer == .sgd ? "\($0.momentum)\($0.nesterov ? ", Nesterov" : "")" : nil },
      recipe: "optimizer/args/momentum", usual: .value),
    RunOption(
      "--nesterov", .with("--momentum"), usual: .words { $0.nesterov ? "yes" : "no" }, take: takeNesterov),
    .real(
      "--weight-decay", \.weightDecay, .fromZero, .value(), recipe: "optimizer/args/weight_decay",
      usual: .value),
    // Towards which weights is in the state beside it.
    .real("--anchor", \.anchor, .aboveZero, .value()),
    .real(
      "betas", \.adam.beta1, .belowOne,
      .words(as: "--betas") {
        $0.optimizer == .sgd ? nil : "\($0.adam.beta1) \($0.adam.beta2), eps \($0.adam.epsilon)"
      }),
    .real("betas", \.adam.beta2, .belowOne, .with("--betas")),
    .real("eps", \.adam.epsilon, .aboveZero, .with("--betas")),
    .real(
      "--clip-grad", \.longestGradient, .aboveZero, .words { $0.longestGradient.map { "\($0)" } ?? "none" }),
  ]

  private static let marginOptions: [RunOption<Self>] = [
    .real("--margin", \.margin, .radians, .schedule(), usual: .value),
    .real("initial_margin", \.marginInitial, .radians, .schedule(as: "--margin-initial")),
    .choice("increase_type", \.marginShape, .value(as: "--margin-shape")),
    .whole("--margin-start", \.marginStart, .from(0), .schedule(), usual: .value),
    .whole(
      "--margin-end", \.marginEnd,
      within: { options in
        let least = options.marginStart
        return Bounds("at least --margin-start") { $0 >= least }
      }, .schedule(), usual: .value),
  ]
}

extension Bounds<Double> {
  fileprivate static let radians = Self("0 to below 1.5 (radians)") { $0 >= 0 && $0 < 1.5 }
}
