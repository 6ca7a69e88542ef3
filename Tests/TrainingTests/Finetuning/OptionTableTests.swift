// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// What of a run's options its state keeps: a run that goes on is told of each that a result depends on.
@Suite struct OptionTableTests {
  private typealias Change<Options> = (word: String, make: (inout Options) -> Void)

  /// Changes that must each be seen; a word that the table fixes and that is missing here fails.
  private func check<Options: RunOptions>(_ options: Options, _ changes: [Change<Options>]) {
    let fixed = Set(Options.table.filter(\.isFixed).map(\.word))
    #expect(Set(changes.map(\.word)) == fixed)
    for change in changes {
      var other = options
      change.make(&other)
      #expect(
        other.fixedWords != options.fixedWords || other.scheduleNumbers != options.scheduleNumbers,
        "\(change.word)")
    }
  }

  @Test func `finetune`() {
    var options = FinetuneOptions(backbone: "b", data: "d", output: "o")
    (options.noises, options.classifierBlocks) = ("n", 1)
    let changes: [Change<FinetuneOptions>] = [
      ("--front-end", { $0.frontEnd = .fbankSherpa }), ("--network", { $0.network = "campplus-192" }),
      ("--classifier", { $0.classifier = .linear }),
      ("--classifier-blocks", { $0.classifierBlocks = 2 }),
      ("--classifier-width", { $0.classifierWidth = 7 }),
      ("--loss", { $0.loss = .add }), ("scale", { $0.scale = 30 }), ("easy_margin", { $0.easyMargin = true }),
      ("--freeze", { $0.freeze = ["all"] }), ("--unfreeze-after", { $0.unfreezeAfter = 2 }),
      ("--norm-statistics", { $0.normStatistics = .frozen }),
      ("--order", { $0.order = .listed }), ("--crop-seconds", { $0.cropSeconds = 3 }),
      ("--crop-frames", { $0.cropFrames = 30 }), ("--crop", { $0.takesWhole = true }),
      ("--padding", { $0.padding = .zero }), ("--speed", { $0.speed = .random }),
      ("--noise", { $0.noises = "m" }), ("--no-augment", { $0.noises = nil }),
      ("--rir", { $0.impulses = "r" }), ("--augment", { $0.augmentation = 0.5 }),
      ("--epochs", { $0.epochs = 3 }), ("--optimizer", { $0.optimizer = .adam }),
      ("--schedule", { $0.rateShape = .step }), ("--lr", { $0.learningRate = 1 }),
      ("--min-lr", { $0.minimumRate = 0 }), ("--warmup-epochs", { $0.warmupEpochs = 2 }),
      ("--step-epochs", { $0.stepEpochs = 2 }),
      ("--lr-for", { $0.rateFactors = [.init(pattern: "a", factor: 1)] }),
      ("--momentum", { $0.momentum = 0.5 }), ("--nesterov", { $0.nesterov = false }),
      ("--weight-decay", { $0.weightDecay = 0 }), ("--clip-grad", { $0.longestGradient = 3 }),
      ("--average", { $0.average = EpochAverage(word: "best:3") }), ("--anchor", { $0.anchor = 0.1 }),
      ("--blend", { $0.blends = true }),
      ("--margin", { $0.margin = 0.1 }), ("initial_margin", { $0.marginInitial = 0.1 }),
      ("increase_type", { $0.marginShape = .linear }), ("--margin-start", { $0.marginStart = 1 }),
      ("--margin-end", { $0.marginEnd = 9 }),
      ("betas", { $0.optimizer = .adamw }), ("eps", { $0.optimizer = .adamw }),
    ]
    check(options, changes)
    var adam = options
    adam.optimizer = .adam
    for change in [{ $0.adam.beta1 = 0.5 }, { $0.adam.beta2 = 0.5 }, { $0.adam.epsilon = 1 }]
      as [(inout FinetuneOptions) -> Void]
    {
      var other = adam
      change(&other)
      #expect(other.fixedWords != adam.fixedWords)
    }
  }

  @Test func `dino`() {
    let options = DINOOptions.usual.settled(for: .rdino)
    let changes: [Change<DINOOptions>] = [
      ("--epochs", { $0.epochs = 3 }), ("--order", { $0.order = .listed }), ("--frames", { $0.frames = 80 }),
      ("--globals", { $0.globals = 3 }), ("--locals", { $0.locals = 2 }), ("crops", { $0.frames = 20 }),
      ("--noise", { $0.noises = "n" }), ("--rir", { $0.impulses = "r" }),
      ("--clip-grad", { $0.clipNorm = 1 }),
      ("koleo_loss_weight", { $0.koLeoWeight = 1 }), ("memax_weight", { $0.memaxWeight = 2 }),
      ("std_coeff", { $0.stdCoefficient = 5 }), ("cov_coeff", { $0.covCoefficient = 2 }),
      ("--lr", { $0.schedules.learningRate = 1 }), ("--min-lr", { $0.schedules.finalLearningRate = 1 }),
      ("--warmup-epochs", { $0.schedules.warmupEpochs = 1 }),
      ("--weight-decay", { $0.schedules.weightDecay = 1 }),
      ("--weight-decay", { $0.schedules.finalWeightDecay = 1 }),
      ("--momentum-teacher", { $0.schedules.teacherMomentum = 1 }),
      ("--teacher-temp", { $0.schedules.teacherTemperature = 1 }),
      ("--teacher-temp", { $0.schedules.warmupTeacherTemperature = 1 }),
      ("warmup_teacher_temp_epochs", { $0.schedules.teacherTemperatureEpochs += 1 }),
      ("--lambda", { $0.schedules.regularisation = 1 }),
      ("--freeze-last-layer", { $0.schedules.lastLayerEpochs = 2 }),
    ]
    check(options, changes)
  }

  /// As earlier versions wrote it: their runs go on.
  @Test func `the state of a run that is told nothing`() {
    let options = FinetuneOptions.usual
    #expect(
      options.scheduleNumbers == [
        "--epochs": 20, "--lr": 0.005, "--min-lr": 1e-5, "--warmup-epochs": 1, "--step-epochs": 10,
        "--margin": 0.2, "--margin-initial": 0, "--margin-start": 0, "--margin-end": 5,
      ])
    #expect(
      options.fixedWords == [
        "--classifier": "cosine", "--loss": "\(options.chosenLoss)", "--freeze": "none",
        "--unfreeze-after": "never", "--norm-statistics": "auto", "--optimizer": "sgd",
        "--momentum": "0.9, Nesterov", "--weight-decay": "0.0001", "--schedule": "cosine",
        "--margin-shape": "exp", "--lr-for": "", "--clip-grad": "none", "--order": "shuffled",
        "--crop": "2.0 s", "--padding": "tile", "--speed": "none", "--noise": "none", "--rir": "none",
      ])
    let dino = DINOOptions.usual.settled(for: .sdpn)
    #expect(
      dino.scheduleNumbers == [
        "--epochs": 150, "--lr": 0.4, "--min-lr": 1e-5, "--warmup-epochs": 10, "--weight-decay": 5e-5,
        "--weight-decay-end": 5e-5, "--momentum-teacher": 0.996, "--warmup-teacher-temp": 0.04,
        "--teacher-temp": 0.04,
        "--warmup-teacher-temp-epochs": Double(dino.schedules.teacherTemperatureEpochs), "--lambda": 0.2,
        "--freeze-last-layer": 1,
      ])
    #expect(
      dino.fixedWords == [
        "--clip-grad": "3.0", "--koleo": "0.1", "--memax": "1.0",
        "--crops": "1 global, 4 local, 400 frames", "--noise": "none", "--rir": "none", "--order": "shuffled",
      ])
  }
}
