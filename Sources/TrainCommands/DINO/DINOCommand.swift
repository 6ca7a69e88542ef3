// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train dino`: words and a recipe into a `DINOJob`.
struct DINOCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dino",
    abstract:
      "Train by self-distillation without labels, as RDINO and SDPN do; go on from their checkpoints.",
    discussion: """
      --resume restores what upstream's trainers restore (student, teacher, optimizer, center or prototypes, epoch), \
      strictly: what is missing or of another shape is an error. A file of upstream's goes on at its epoch; one of \
      ours where it stopped, bit for bit, under the words that it was begun with. EXP/models/checkpoint.pth is replaced \
      whole after each epoch; upstream's loader and the newest PyTorch take it.

      DATA is a wav.scp, a csv file with a column path, a folder, or .npy files of rows x 80 x frames power mels.

      Examples:
        resect-train dino --resume checkpoint.pth --data wav.scp -o exp
        resect-train dino --init rdino --config rdino.yaml --data wav.scp -o exp
        resect-train dino --init rdino --resume exp/models/checkpoint.pth --data wav.scp -o exp
        resect-train dino --init sdpn --channels 512 --data speech/ -o exp --noise musan.scp --rir rirs.scp
      """)

  @Option(help: "3D-Speaker's own yaml; what is said beside it counts more.", completion: .file())
  var config: String?

  @OptionGroup(title: "Files") var files: DINOFiles
  @OptionGroup(title: "Networks from nothing") var sizes: DINOSizes
  @OptionGroup(title: "Training") var training: DINOTraining
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Print the plan, and write nothing.")
  var dryRun = false

  func run() throws {
    let processes = RunProcesses.current
    let speaks = processes.rank == 0
    let job = try processes.agree { try DINOJob(options(processes, speaks: speaks), processes: processes) }
    try processes.agree { try job.checkSameRun() }
    if speaks, let note = job.upstreamNote { Standard.error("note: \(note)\n") }
    if dryRun {
      return speaks ? try output.print(DINOReport(plan: job.plan)) { job.plan.text } : ()
    }
    let report = try job.run(DINOProgress())
    if speaks { LinkNote.say(job.files) }
    if speaks { try output.print(report) { report.checkpoints.first.map { $0 + "\n" } ?? "" } }
  }

  /// What the words and the configuration say.
  private func options(_ processes: any Collective, speaks: Bool) throws -> DINOOptions {
    var options = DINOOptions(data: files.data, output: files.output)
    if let config {
      let recipe = try RecipeFile.read(config)
      do throws(CheckpointError) {
        try options.take(recipe)
      } catch { throw error.at(file: config) }
      if speaks {
        RecipeFile.note(recipe, of: config)
        if training.batchSize == nil, processes.count == 1 {
          Standard.error("note: `batch_size_per_gpu`, \(options.batchSize), is the whole batch here\n")
        }
      }
    }
    files.apply(to: &options)
    sizes.apply(to: &options)
    try training.apply(to: &options)
    if speaks, options.noises == nil {
      Standard.error("note: nothing is augmented: no --noise and --rir\n")
    }
    // Upstream's `batch_size_per_gpu` too is what each process takes.
    options.batchSize = processes.total(of: options.batchSize)
    return options
  }
}

/// What `dino` reads and where it writes.
struct DINOFiles: ParsableArguments {
  @Option(help: "A checkpoint.pth of RDINO or SDPN to go on from.", completion: .file())
  var resume: String?

  @Option(
    name: .customLong("init"), help: "rdino or sdpn, from nothing; beside --resume: where that is absent.")
  var method: DINOMethod?

  @Flag(help: "Of a file of ours take weights, optimizer and epoch only, as upstream does.")
  var asUpstream = false

  @Option(help: "A wav.scp, a csv file, or a folder: no labels are read.", completion: .file())
  var data: String

  @Option(name: [.short, .long], help: "The experiment folder; it is made.", completion: .directory)
  var output: String

  @Option(
    help: DINOOptions.help(
      "--keep-every", "Also keep checkpoint<epoch>.pth every N epochs, from epoch 0; 0 for none"))
  var keepEvery: Int?

  @Option(help: "Write checkpoint.pth every N steps too.")
  var saveSteps: Int?

  @Flag(help: "Replace another run's checkpoint.pth.")
  var force = false

  @Flag(
    help:
      "At the end write OUTPUT.provenance.json, an in-toto statement: digests of all that was used and made.")
  var provenance = false

  func apply(to options: inout DINOOptions) {
    options.resume = resume
    options.method = method
    options.forgetsRun = asUpstream
    options.keepEvery = keepEvery ?? options.keepEvery
    options.saveSteps = saveSteps
    options.replaces = force
    options.writesProvenance = provenance
  }
}

extension DINOMethod: ExpressibleByArgument {}
