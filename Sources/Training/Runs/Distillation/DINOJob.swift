// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A self-supervised run made ready: everything has been opened and checked, nothing written.
package final class DINOJob {
  package let options: DINOOptions
  package let method: DINOMethod
  package let epochs: Int
  package let steps: Int
  let data: DINOSet
  package let trainer: any Distillation
  let machine: Machine
  /// Those that share every batch.
  package let processes: any Collective
  /// Epochs that are over, and steps of the one after them.
  let start: (epoch: Int, step: Int, sums: [String: Double])
  /// The file that the run goes on from; nil for one from nothing.
  let origin: String?
  /// Whether that is a checkpoint of the very run, which began with nothing.
  let isResumed: Bool
  private let isWeightsOnly: Bool
  let writer: DINOWriter
  /// The statement that the run is going to write; nil where none was asked for.
  let statement: String?

  /// Bytes of decoded waves that are kept between epochs.
  private static let cacheBytes = 1 << 30

  /// - Parameter processes: those that train together, each with a job of its own. `batchSize` is of all of them.
  /// - Throws: the first thing that is wrong, whatever it is: files, sizes, names, numbers.
  package init(
    _ options: DINOOptions, processes: any Collective = SingleProcess.shared
  ) throws(CheckpointError) {
    try options.check()
    try processes.checkShares(of: options.batchSize)
    self.options = options
    self.processes = processes
    machine = Machine(workers: options.threads ?? processes.threads, processes: processes)
    var checkpoint: DINOCheckpoint?
    if let path = options.resume, options.method == nil || FileSystem.kind(of: path) != .absent {
      checkpoint = try DINOCheckpoint(path)
    }
    guard let method = checkpoint?.method ?? options.method else {
      throw CheckpointError(.wrongWords, "what does the run begin with?")
    }
    if let asked = options.method, asked != method {
      throw CheckpointError(
        .contradiction, "it is a checkpoint of \(method.rawValue), not of \(asked.rawValue)",
        at: .init(file: options.resume))
    }
    self.method = method
    origin = checkpoint?.path
    isWeightsOnly = checkpoint?.isWeightsOnly ?? false
    writer = DINOWriter(options.output, keepEvery: options.keepEvery)
    try writer.check(origin: origin, replaces: options.replaces)
    isResumed = options.method != nil && !options.forgetsRun && checkpoint?.run != nil && writer.isOwn(origin)
    statement =
      try options.writesProvenance
      ? RunStatement.check(options.output, replacing: options.replaces) : nil
    if options.writesProvenance, !isResumed { try writer.checkStays(origin) }

    let manifest = try Manifest.read(options.data, labels: .optional)
    try manifest.checkFiles()
    data = DINOSet(
      manifest, crops: try options.crops(of: method), method: method,
      augmentation: try options.augmentation(), seed: options.seed, cache: WaveCache(budget: Self.cacheBytes))
    steps = try EpochPlan(
      options.order, items: data.count, batchSize: options.batchSize, seed: options.seed, epoch: 0
    ).batches.count
    epochs = options.epochs(of: method)
    guard options.schedules.warmupEpochs <= epochs else {
      throw CheckpointError(
        .wrongWords,
        "`--warmup-epochs \(options.schedules.warmupEpochs)`: it must be 0 to --epochs, \(epochs)")
    }
    if let checkpoint {
      trainer = try checkpoint.trainer(machine: machine)
    } else {
      trainer = try options.sizes.trainer(method, seed: options.seed, machine: machine)
    }
    trainer.configure(options)
    let run = options.forgetsRun ? nil : checkpoint?.run
    start = (checkpoint?.epoch ?? 0, run?.step ?? 0, run?.sums ?? [:])
    if let run, let origin {
      try run.check(
        state(epoch: 0, step: 0), at: origin,
        hint: "--as-upstream to take weights, optimizer and epoch only")
    }
    guard data.crops.frames / 2 >= trainer.shortestInput else {
      throw CheckpointError(
        .wrongWords,
        "local crops of \(data.crops.frames / 2) frames; the network needs \(trainer.shortestInput)",
        hint: "--frames \(2 * trainer.shortestInput) or more")
    }
  }

  /// Where the run stands, with everything that must be the same for it to go on.
  func state(
    epoch: Int, step: Int, sums: [String: Double] = [:]
  ) throws(CheckpointError) -> TrainingState {
    let told = options.settled(for: method)
    var state = TrainingState(
      method: method.rawValue, epoch: epoch, step: step, seed: options.seed, stepsPerEpoch: steps,
      batchSize: options.batchSize, schedule: told.scheduleNumbers,
      data: try .init(items: data.count, labels: nil), options: told.fixedWords)
    state.sums = sums
    return state
  }

  /// What the run replaces, and may find a link at.
  package var files: [String] { DINOWriter.replaced.map { FilePath.join(options.output, $0) } }

  /// That upstream's class cannot be built in the backbone's sizes; nil where it can.
  package var upstreamNote: String? { Backbone(KeyShapes(trainer.backboneSlots))?.upstreamNote }

  /// What the run is going to do.
  package var plan: DINOPlan {
    DINOPlan(
      method: method.rawValue, from: origin, isWeightsOnly: isWeightsOnly, summary: trainer.summary,
      data: options.data,
      utterances: data.count, globals: data.crops.globals, locals: data.crops.locals,
      frames: data.crops.frames, batchSize: options.batchSize, stepsPerEpoch: steps, epochs: epochs,
      firstEpoch: start.epoch, firstStep: start.step, trained: trainer.trained, provenance: statement)
  }
}

extension DINOOptions {
  fileprivate func augmentation() throws(CheckpointError) -> DINOAugmentation? {
    guard let noises, let impulses else { return nil }
    return try DINOAugmentation(noises: SoundList(noises), impulses: ImpulseResponses(impulses))
  }
}
