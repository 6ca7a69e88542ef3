// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train finetune`: words and a recipe into a `FinetuneJob`.
struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Fine-tune a backbone with a new classifier on labelled speech.",
    discussion: """
      DATA is a folder with one sub-folder a speaker, or a csv file with the columns path and spk (speaker, label; or \
      --label-column). Files are audio at any rate, or .npy features (frames x 80 float32), which go to the network \
      as they are. Checkpoints are 3D-Speaker's: EXP/models/CKPT-EPOCH-<e>-<nn>/, with EXP/label_map.json.

      Every tensor of the network is loaded from the file or named by --fresh; every tensor of the file has a place in \
      the network or is named by --ignore. A frozen batch normalisation keeps its running statistics. The same words \
      give the same bytes, whatever --threads says.

      Examples:
        resect-train finetune --backbone backbone.pth --data train.csv -o exp
        resect-train finetune --backbone backbone.pth --data train.csv -o exp --validate dev.csv --epochs 40 --lr 0.002
        resect-train finetune --backbone backbone.pth --data speech/ -o exp --freeze all --classifier linear
        resect-train finetune --backbone backbone.pth --data speech/ -o exp --embedding 192 --fresh 'fc.**'
        resect-train finetune --backbone part.pth --network 3dspeaker/campplus-192 --data train.csv -o exp --fresh 'xvector.dense.**'
        resect-train finetune --network 3dspeaker/resnet34-192 --init random --data train.csv -o exp
        resect-train finetune --backbone backbone.pth --data train.csv -o exp --dry-run
      """)

  @Option(help: "3D-Speaker's own yaml; what is said beside it counts more.", completion: .file())
  var config: String?

  @OptionGroup(title: "Files") var files: FinetuneFiles
  @OptionGroup(title: "Network") var network: FinetuneNetwork
  @OptionGroup(title: "Examples") var examples: FinetuneExamples
  @OptionGroup(title: "Training") var training: FinetuneTraining
  @OptionGroup(title: "Little data") var little: FinetuneLittleData
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Print the loading table and the plan, and write nothing.")
  var dryRun = false

  func run() throws {
    let processes = RunProcesses.current
    let speaks = processes.rank == 0
    let recipe = try processes.agree { () throws -> TrainingRecipe? in
      if let config { try RecipeFile.read(config) } else { nil }
    }
    let job = try processes.agree { try makeJob(processes, recipe, speaks: speaks) }
    try processes.agree { try job.checkSameRun() }
    if speaks {
      for note in [job.summary.upstreamNote].compactMap({ $0 }) + job.notes {
        Standard.error("note: \(Words.plain(note))\n")
      }
    }
    if dryRun {
      let report = FinetuneReport(plan: job.plan, loading: job.table)
      return speaks ? try output.print(report) { job.plan.text } : ()
    }
    if speaks { Standard.error(job.plan.text) }
    let report = try job.run(TrainingProgress(job.options))
    if speaks { LinkNote.say(job.files) }
    if speaks { try output.print(report) { report.checkpoints.last.map { $0 + "\n" } ?? "" } }
  }

  /// The run made ready. What of the configuration was not used is said as soon as that is known.
  private func makeJob(
    _ processes: any Collective, _ recipe: TrainingRecipe?, speaks: Bool
  ) throws -> FinetuneJob {
    var options = try options(processes, recipe)
    if let config { options.recipeNetwork = options.recipeNetwork?.mapError { $0.at(file: config) } }
    var isNoted = !speaks
    func note() {
      guard !isNoted, let recipe, let config else { return }
      isNoted = true
      RecipeFile.note(recipe, of: config)
      if options.augmentation > 0, options.noises == nil, options.impulses == nil {
        Standard.error("note: no crop is augmented: neither --noise nor --rir\n")
      }
    }
    defer { note() }
    return try FinetuneJob(
      options, processes: processes,
      onNetwork: { network in
        if let network, network == (try? options.recipeNetwork?.get()) { recipe?.useAside() }
        note()
      }, onTable: { if speaks { Standard.error($0.text) } })
  }

  /// What the words and the configuration say.
  private func options(_ processes: any Collective, _ recipe: TrainingRecipe?) throws -> FinetuneOptions {
    var options = try files.options()
    options.batchSize *= processes.count
    if let recipe {
      do throws(CheckpointError) {
        try options.take(recipe)
      } catch { throw error.at(file: config) }
    }
    little.apply(to: &options)
    // It may have been set for little data.
    options.bestBy = files.bestBy ?? options.bestBy
    try network.apply(to: &options)
    try examples.apply(to: &options, processes: processes)
    try training.apply(to: &options)
    return options
  }
}
