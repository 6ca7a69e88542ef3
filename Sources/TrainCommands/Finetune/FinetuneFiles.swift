// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// What `finetune` reads and where it writes.
struct FinetuneFiles: ParsableArguments {
  @Option(
    help: "A bare backbone, such as strip writes, an embedding_model.ckpt, or a folder of checkpoints.",
    completion: .file())
  var backbone: String?

  @Option(
    help: "A CKPT-EPOCH folder (or an experiment: its newest): backbone and classifier, for another stage.",
    completion: .directory)
  var start: String?

  @Option(
    help: "A folder with one sub-folder a speaker, a csv file, or Kaldi's wav.scp.", completion: .file())
  var data: String

  @Option(name: [.short, .long], help: "The experiment folder; it is made.", completion: .directory)
  var output: String

  @Option(help: "Labelled speech to judge by after each epoch: a folder or a csv file.", completion: .file())
  var validate: String?

  @Option(help: "The csv column that names the speaker.")
  var labelColumn: String?

  @Option(help: "Kaldi's table of speakers, where it does not lie beside the wav.scp.", completion: .file())
  var utt2spk: String?

  @Option(help: "Write a checkpoint every N epochs, and after the last.")
  var saveEvery: Int?

  @Option(help: "Also write one every N steps, to go on from; it goes when the next is there.")
  var saveSteps: Int?

  @Option(help: FinetuneOptions.help("--keep", "Keep the N newest checkpoints, and the best"))
  var keep: Int?

  @Option(help: "What the best checkpoint is judged by: accuracy, eer (both of --validate), trials or loss.")
  var bestBy: EpochFigures.Metric?

  @Flag(help: "Go on where the experiment stopped, or begin it; the same words as before.")
  var resume = false

  @Flag(help: "Write into an experiment that has checkpoints, beside them.")
  var force = false

  @Flag(
    help:
      "At the end write OUTPUT.provenance.json, an in-toto statement: digests of all that was used and made.")
  var provenance = false

  /// The options begun with the files. Without either the network must be named, and every value drawn.
  func options() throws -> FinetuneOptions {
    guard backbone == nil || start == nil else {
      throw CheckpointError(
        .wrongWords, "--backbone and --start contradict",
        hint: "--backbone FILE for a new classifier on it, or --start FOLDER for both")
    }
    var options = FinetuneOptions(backbone: backbone ?? start, data: data, output: output)
    options.startsWithClassifier = start != nil
    options.heldOut = validate
    options.labelColumn = labelColumn
    options.utt2spk = utt2spk
    options.saveEvery = saveEvery ?? options.saveEvery
    options.saveSteps = saveSteps
    options.keep = keep
    options.bestBy = bestBy ?? options.bestBy
    options.resumes = resume
    options.isBeside = force
    options.writesProvenance = provenance
    return options
  }
}

extension EpochFigures.Metric: ExpressibleByArgument {}
