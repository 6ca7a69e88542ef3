// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// What a step is shown of the recordings.
struct FinetuneExamples: ParsableArguments {
  @Option(help: "Utterances a step; the rest of an epoch's order is left out.")
  var batchSize: Int?

  @Option(help: "shuffled, csv (as listed), or a file that says the order.")
  var order: String?

  @Option(help: FinetuneOptions.help("--crop-seconds", "Seconds of each utterance, anywhere in it"))
  var cropSeconds: Double?

  @Option(help: "The same in frames of 10 ms.")
  var cropFrames: Int?

  @Option(help: "none: utterances whole, in one batch only where they are equally long.")
  var crop: WholeWord?

  @Option(help: "What fills shorter utterances: tile (again from the start) or zero.")
  var padding: Crop.Padding?

  @Option(help: "none, random (1, 0.9, 1.1; each a speaker of its own), or labels-only.")
  var speed: SpeedPerturbation?

  @Option(help: "Noises to add: a folder, a wav.scp, or a list of paths.", completion: .file())
  var noise: String?

  @Option(help: "Impulse responses to reverberate with: the same, or a .npy of rows.", completion: .file())
  var rir: String?

  @Option(
    help: FinetuneOptions.help(
      "--augment", "The share of crops that are augmented, where there is something to do it with"))
  var augment: Double?

  @Flag(help: "Neither noise nor reverberation nor speeds, whatever --config says.")
  var noAugment = false

  /// The only word of `--crop`.
  enum WholeWord: String, ExpressibleByArgument { case none }

  /// - Parameter processes: each takes as many utterances a step as the words say.
  func apply(to options: inout FinetuneOptions, processes: any Collective) throws {
    let given = [cropSeconds != nil, cropFrames != nil, crop != nil].count { $0 }
    guard given < 2 else {
      throw CheckpointError(
        .wrongWords, "--crop-seconds, --crop-frames and --crop say the same thing", hint: "give one")
    }
    if noAugment, noise != nil || rir != nil || augment != nil || (speed ?? .none) != .none {
      throw CheckpointError(.wrongWords, "--no-augment contradicts what there is to augment with")
    }
    if let batchSize { options.batchSize = processes.total(of: batchSize) }
    if let order { options.order = try RowOrder(word: order) }
    if given == 1 {
      options.takesWhole = crop != nil
      options.cropSeconds = cropSeconds
      options.cropFrames = cropFrames
    }
    options.padding = padding ?? options.padding
    options.speed = speed ?? options.speed
    options.noises = noise ?? options.noises
    options.impulses = rir ?? options.impulses
    options.augmentation = augment ?? options.augmentation
    if noAugment { (options.noises, options.impulses, options.speed) = (nil, nil, .none) }
  }
}

extension Crop.Padding: ExpressibleByArgument {}
extension SpeedPerturbation: ExpressibleByArgument {}
