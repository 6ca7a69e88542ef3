// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Everything that a fine-tuning run is told. The defaults suit some hundred to some ten thousand utterances.
package struct FinetuneOptions: Sendable, Equatable {
  /// Where the backbone's first values come from.
  package enum Initial: String, Sendable, CaseIterable {
    /// The file's.
    case file
    /// Drawn anew, all of them: the file tells the sizes only.
    case random
  }

  /// Which statistics a batch normalisation uses in training.
  package enum NormStatistics: String, Sendable, CaseIterable {
    /// The running ones where its weight is frozen, else the batch's.
    case auto
    /// The running ones, everywhere: they stay as they are.
    case frozen
    /// The batch's, everywhere.
    case batch
  }

  /// The learning rate over the run.
  package enum RateShape: String, Sendable, CaseIterable {
    /// Warm-up, then a cosine (`WarmupCosine`).
    case cosine
    /// A tenth every few epochs (`StepSchedule`).
    case step
    case constant
  }

  package enum OptimizerKind: String, Sendable, CaseIterable {
    case sgd, adam, adamw
  }

  /// A factor on the learning rate of some parameters.
  package struct RateFactor: Sendable, Equatable {
    package var pattern: String
    package var factor: Double

    package init(pattern: String, factor: Double) {
      self.pattern = pattern
      self.factor = factor
    }
  }

  /// A file or folder with the backbone; with `startsWithClassifier` a checkpoint folder, classifier and all.
  /// Nil where nothing is read: `initial` is `random` then, and a network is named.
  package var backbone: String?
  package var startsWithClassifier = false
  /// What the network is, by its name in the catalogue; nil where the file tells.
  package var network: String?
  /// What the configuration says of the network, where it says anything: it counts where the file does not tell all.
  package var recipeNetwork: Result<NamedNetwork, CheckpointError>?
  package var initial = Initial.file
  package var data: String
  package var output: String
  package var labelColumn: String?
  package var utt2spk: String?
  package var heldOut: String?
  /// Trials to judge by after each epoch, and trials of what the backbone could do before.
  package var trials: String?
  package var oldTrials: String?
  package var frontEnd: FrontEnd?
  package var rules = LoadingTable.Rules()
  /// Another embedding size than the file's: its last layer is then of another shape.
  package var embedding: Int?
  package var classifier = ClassifierKind.cosine
  /// `num_blocks`: extra layers before the classifier's last; nil is none, or with `startsWithClassifier` the file's.
  package var classifierBlocks: Int?
  /// `inter_dim`: outputs of each of them; nil is 512, or the file's.
  package var classifierWidth: Int?
  /// Nil takes the one that goes with the classifier.
  package var loss: ClassificationLoss.Kind?
  package var scale = 32.0
  package var easyMargin = false

  /// `all`, `none`, or patterns of the backbone's keys.
  package var freeze: [String] = ["none"]
  /// Epochs after which what is frozen is trained too.
  package var unfreezeAfter: Int?
  package var normStatistics = NormStatistics.auto

  package var epochs = 20
  /// Ends the run after so many steps in all.
  package var steps: Int?
  /// Ends the run when `bestBy` has not become better for so many epochs.
  package var patience: Int?
  package var batchSize = 16
  package var seed: UInt64 = 0
  package var order = RowOrder.shuffled

  package var optimizer = OptimizerKind.sgd
  package var momentum = 0.9
  package var nesterov = true
  package var adam = AdamSettings()
  package var weightDecay = 1e-4
  package var rateFactors: [RateFactor] = []
  /// Decay of the backbone's loaded parameters towards what they were, in place of `weightDecay`; nil for none.
  package var anchor: Double?
  package var longestGradient: Double?
  package var rateShape = RateShape.cosine
  package var learningRate = 0.005
  package var minimumRate = 1e-5
  package var warmupEpochs = 1
  /// Epochs between two falls of a stepped rate.
  package var stepEpochs = 10

  package var margin = 0.2
  package var marginInitial = 0.0
  package var marginShape = MarginSchedule.Shape.exp
  /// Epochs, counted from 0, between which the margin rises to `margin`.
  package var marginStart = 0
  package var marginEnd = 5

  /// Nothing is cut: each utterance whole.
  package var takesWhole = false
  package var cropSeconds: Double? = 2
  package var cropFrames: Int?
  package var padding = Crop.Padding.tile
  package var speed = SpeedPerturbation.none
  package var noises: String?
  package var impulses: String?
  package var augmentation = 0.8

  package var saveEvery = 5
  /// Also saves every so many steps, to go on from.
  package var saveSteps: Int?
  /// Checkpoints that are kept, the newest; nil keeps all. The best one is never deleted.
  package var keep: Int?
  /// The average that is written at the end, if one is.
  package var average: EpochAverage?
  /// At the end the weights of the start and of the end are interpolated, and the best blend is written.
  package var blends = false
  /// What the best checkpoint is judged by, where there is something to judge on.
  package var bestBy = EpochFigures.Metric.accuracy
  package var threads: Int?
  /// New checkpoints may stand beside those that the experiment has.
  package var isBeside = false
  /// Writes a statement about the run at its end.
  package var writesProvenance = false
  /// What `--small` sets was set before the rest.
  package internal(set) var isSmall = false
  /// Goes on where the experiment stopped.
  package var resumes = false

  package init(backbone: String?, data: String, output: String) {
    self.backbone = backbone
    self.data = data
    self.output = output
  }

  /// The crop that the options say.
  func crop(_ front: FrontEnd) throws(CheckpointError) -> Crop {
    if takesWhole { return .whole }
    if let cropFrames { return try Crop(frames: cropFrames, frontEnd: front, padding: padding) }
    return try Crop(seconds: cropSeconds ?? 2, frontEnd: front, padding: padding)
  }

  /// What augments the crops; nil where there is nothing to augment with.
  func speakerAugmentation() throws(CheckpointError) -> SpeakerAugmentation? {
    guard noises != nil || impulses != nil else { return nil }
    return try SpeakerAugmentation(
      probability: augmentation,
      noises: noises.map { path throws(CheckpointError) in try SoundList(path) },
      impulses: impulses.map { path throws(CheckpointError) in try ImpulseResponses(path) })
  }

  /// Whether what the run began with is needed on its way or at its end.
  var needsStart: Bool { anchor != nil || blends }

  /// What blends are judged by: the trials, where there are some.
  var blendMetric: EpochFigures.Metric { trials != nil ? .trials : .eer }

  /// The blocks of a new classifier.
  package var newBlocks: ClassifierBlocks {
    ClassifierBlocks(count: classifierBlocks ?? 0, width: classifierWidth ?? ClassifierBlocks.usualWidth)
  }

  package var chosenLoss: ClassificationLoss {
    ClassificationLoss(loss ?? (classifier == .cosine ? .arc : .ce), scale: scale, easyMargin: easyMargin)
  }

  /// The rate and the margin at each iteration.
  func schedules(stepsPerEpoch steps: Int) -> (rate: any Schedule, margin: any Schedule) {
    let rate: any Schedule =
      switch rateShape {
      case .cosine:
        WarmupCosine(
          minimum: minimumRate, maximum: learningRate, warmupEpochs: warmupEpochs, fixEpoch: epochs,
          stepsPerEpoch: steps)
      case .step: StepSchedule(initial: learningRate, period: stepEpochs, stepsPerEpoch: steps)
      case .constant: ConstantSchedule(learningRate)
      }
    guard chosenLoss.hasMargin else { return (rate, ConstantSchedule(0)) }
    return (
      rate,
      MarginSchedule(
        initial: marginInitial, final: margin, startEpoch: marginStart, fixEpoch: marginEnd,
        stepsPerEpoch: steps, shape: marginShape)
    )
  }
}
