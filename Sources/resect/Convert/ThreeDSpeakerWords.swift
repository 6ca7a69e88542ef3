// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints

/// What `convert --to 3dspeaker` takes.
struct ThreeDSpeakerWords: ParsableArguments {
  @Option(help: "Upstream goes on at the epoch after this. The input's own, else 0.")
  var epoch: Int?

  @Option(help: "Upstream recovers the newest by this. The input's own, else 0.0.")
  var unixtime: Double?

  @Option(help: "Make a fresh classifier for N speakers.")
  var classes: Int?

  @Flag(help: "Three rows a speaker, as upstream trains with speed_pertub.")
  var speedPerturbed = false

  @Option(help: "The form of a fresh classifier; cosine unless given.")
  var classifier: ClassifierWord?

  @Option(help: "Decides the values of a fresh classifier; 0 unless given.")
  var seed: UInt64?

  @Option(help: "Take the classifier of this file or CKPT folder.", completion: .file())
  var classifierFrom: String?

  /// - Throws: `wrongWords` where words do not go together, or the format is another.
  func options(for format: OutputPlan.Format, path: String?) throws -> ThreeDSpeakerOptions {
    let isFresh = speedPerturbed || classifier != nil || seed != nil
    guard format == .threeDSpeaker else {
      guard !isFresh, epoch == nil, unixtime == nil, classes == nil, classifierFrom == nil else {
        throw CheckpointError(
          .wrongWords,
          "--epoch, --unixtime, --classes, --speed-perturbed, --classifier, --seed and --classifier-from are for "
            + "3D-Speaker folders", hint: "`--to 3dspeaker`")
      }
      return .init()
    }
    var options = ThreeDSpeakerOptions(epoch: epoch, unixtime: unixtime)
    options.folderName = path.flatMap { $0.split(separator: "/").last.map(String.init) }
    switch (classes, classifierFrom) {
    case (_?, _?):
      throw CheckpointError(
        .wrongWords, "--classes makes a fresh classifier and --classifier-from takes one",
        hint: "one of the two")
    case (nil, _) where isFresh:
      throw CheckpointError(
        .wrongWords, "--speed-perturbed, --classifier and --seed are about a fresh classifier",
        hint: "`--classes N` makes one")
    case (let classes?, nil):
      let (rows, overflow) = classes.multipliedReportingOverflow(by: speedPerturbed ? 3 : 1)
      options.classifier = .fresh(classifier?.form ?? .cosine, rows: overflow ? 0 : rows, seed: seed ?? 0)
    case (nil, let path?): options.classifier = .document(try Checkpoint.open(path))
    case (nil, nil): break
    }
    return options
  }
}

/// The word after `--classifier`.
enum ClassifierWord: String, ExpressibleByArgument, CaseIterable {
  case cosine, linear

  var form: ThreeDSpeakerOptions.ClassifierForm {
    switch self {
    case .cosine: .cosine
    case .linear: .linear
    }
  }
}
