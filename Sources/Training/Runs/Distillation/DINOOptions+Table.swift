// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The options of `dino`, a line each.
extension DINOOptions: RunOptions {
  package static let usual = DINOOptions(data: "", output: "")

  package static let table: [RunOption<Self>] = fileOptions + sizeOptions + trainingOptions + scheduleOptions

  private static let fileOptions: [RunOption<Self>] = [
    RunOption("--resume", .nothing),
    RunOption("--init", .start),
    RunOption("--as-upstream", .nothing),
    RunOption("--data", .field),
    RunOption("--output", .nothing),
    .whole("--keep-every", \.keepEvery, .from(0), .nothing, recipe: "saveckp_freq", usual: .value),
    .whole("--save-steps", \.saveSteps, .from(1), .nothing),
    RunOption("--force", .nothing),
    RunOption("--provenance", .nothing),
  ]

  /// A run that goes on has the sizes of its file.
  private static let sizeOptions: [RunOption<Self>] = [
    RunOption(
      "--channels", .start, usual: .words { "\($0.sizes.channels[0])" },
      take: { options, file throws(CheckpointError) in
        options.sizes.channels = try file.ints("student_ecapa/args/channels") ?? options.sizes.channels
      }),
    .size("--attention", \.sizes.attention, "student_ecapa/args/attention_channels"),
    .size("--attention", \.sizes.squeezed, "student_ecapa/args/se_channels"),
    .size("--embedding", \.sizes.embedding, RecipeKey("student_ecapa/args/lin_neurons", "embed_dim")),
    .size("--hidden", \.sizes.hidden, "student_head/args/hidden_dim"),
    .size("--add-dim", \.sizes.regularised, "student_head/args/add_dim"),
    .size("--bottleneck", \.sizes.bottleneck, RecipeKey("student_head/args/bottleneck_dim", "output_dim")),
    .size("--out-dim", \.sizes.outputs, RecipeKey("student_head/args/out_dim", "out_dim")),
    .size("--prototypes", \.sizes.prototypes, "num_proto"),
  ]

  private static let trainingOptions: [RunOption<Self>] = [
    .whole(
      "--epochs", \.epochs, .within(1...100_000), .schedule(), recipe: "epochs",
      usual: .words { $0.each { $0.epochs(of: $1) } }),
    .whole("--steps", \.steps, .from(1), .nothing),
    .whole(
      "--batch-size", \.batchSize, .within(2...16_384), .field, recipe: "batch_size_per_gpu", usual: .value),
    RunOption("--order", .words { $0.order.word }),
    .whole("--frames", \.frames, .any, .with("--crops"), recipe: "max_frames", usual: .value),
    .whole(
      "--globals", \.globals, .any, .with("--crops"), recipe: "glb_num",
      usual: .words { $0.each { $0.globals(of: $1) } }),
    .whole("--locals", \.locals, .any, .with("--crops"), recipe: "local_num", usual: .value),
    RunOption(
      "crops",
      .words(as: "--crops") { options in
        options.globals.map { "\($0) global, \(options.locals) local, \(options.frames) frames" }
      }),
    .name("--noise", \.noises, .words { $0.noises ?? "none" }),
    .name("--rir", \.impulses, .words { $0.impulses ?? "none" }),
    .real("--clip-grad", \.clipNorm, .aboveZero, .value(), recipe: "clip_grad", usual: .value),
    .real("koleo_loss_weight", \.koLeoWeight, .any, .value(as: "--koleo"), recipe: "koleo_loss_weight"),
    .real("memax_weight", \.memaxWeight, .any, .value(as: "--memax"), recipe: "memax_weight"),
    // Left out where they are upstream's own: earlier versions did not keep them.
    .real(
      "std_coeff", \.stdCoefficient, .any,
      .words(as: "--std-coeff") { $0.stdCoefficient == usual.stdCoefficient ? nil : "\($0.stdCoefficient)" },
      recipe: "std_coeff"),
    .real(
      "cov_coeff", \.covCoefficient, .any,
      .words(as: "--cov-coeff") { $0.covCoefficient == usual.covCoefficient ? nil : "\($0.covCoefficient)" },
      recipe: "cov_coeff"),
    RunOption("--seed", .field),
    .whole("--threads", \.threads, .within(1...256), .nothing, usual: .words { _ in "one a processor" }),
  ]

  private static let scheduleOptions: [RunOption<Self>] = [
    .real("--lr", \.schedules.learningRate, .aboveZero, .schedule(), recipe: "lr", usual: .value),
    .real("--min-lr", \.schedules.finalLearningRate, .fromZero, .schedule(), recipe: "min_lr", usual: .value),
    .whole(
      "--warmup-epochs", \.schedules.warmupEpochs, .from(0), .schedule(), recipe: "warmup_epochs",
      usual: .value),
    .real(
      "--weight-decay", \.schedules.weightDecay, .fromZero, .schedule(), recipe: "weight_decay",
      usual: .value),
    // Where a configuration does not say it, the decay stays as it is.
    RunOption(
      "--weight-decay", .schedule(as: "--weight-decay-end"), .init(number: { $0.schedules.finalWeightDecay }),
      check: { options throws(CheckpointError) in
        try RunOption<Self>.require("--weight-decay", options.schedules.finalWeightDecay, .fromZero)
      },
      take: { options, file throws(CheckpointError) in
        options.schedules.finalWeightDecay =
          try file.number("weight_decay_end") ?? options.schedules.weightDecay
      }),
    .real(
      "--momentum-teacher", \.schedules.teacherMomentum, .share, .schedule(), recipe: "momentum_teacher",
      usual: .value),
    .real(
      "--teacher-temp", \.schedules.teacherTemperature, .aboveZero, .schedule(), recipe: "teacher_temp",
      usual: .value),
    .real(
      "--teacher-temp", \.schedules.warmupTeacherTemperature, .aboveZero,
      .schedule(as: "--warmup-teacher-temp"), recipe: "warmup_teacher_temp"),
    .whole(
      "warmup_teacher_temp_epochs", \.schedules.teacherTemperatureEpochs, .any,
      .schedule(as: "--warmup-teacher-temp-epochs"), recipe: "warmup_teacher_temp_epochs"),
    .real("--lambda", \.schedules.regularisation, .fromZero, .schedule(), recipe: "lambd", usual: .value),
    .whole(
      "--freeze-last-layer", \.schedules.lastLayerEpochs, .from(0), .schedule(), recipe: "freeze_last_layer",
      usual: .value),
  ]

  /// What a number is for each method, in words.
  private func each(_ number: (Self, DINOMethod) -> Int) -> String {
    "\(number(self, .rdino)) for RDINO, \(number(self, .sdpn)) for SDPN"
  }
}

extension RunOption<DINOOptions> {
  /// A size of networks that are made from nothing; whether they make any is found out when they are made.
  fileprivate static func size(_ word: String, _ path: Path<Int>, _ key: RecipeKey) -> Self {
    .whole(word, path, .any, .start, recipe: key, usual: .value)
  }
}
