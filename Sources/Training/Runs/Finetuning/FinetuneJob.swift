// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A fine-tuning run made ready: everything has been opened and checked, nothing written.
package final class FinetuneJob {
  package let options: FinetuneOptions
  package let start: FinetuneStart
  package var front: FrontEnd { start.front }
  package var table: LoadingTable { start.table }
  package let data: TrainingSet
  package let steps: Int
  package let method: Finetune<FastKernels>
  /// Those that share every batch.
  package let processes: any Collective
  package let model: FinetuneModel
  /// What the network is.
  package let summary: Backbone
  package let resumed: ResumePoint?
  package let heldOut: HeldOut?
  package let trials: HeldOutTrials?
  package let oldTrials: HeldOutTrials?
  /// What the run began with, where that is still needed.
  let begun: StartingWeights?
  /// Memory for what is kept between epochs: held-out features or embeddings, then decoded training waves.
  let cacheBudget: MemoryBudget
  /// The epoch that this run begins in, counted from 1.
  let firstEpoch: Int
  /// The epochs that are to come.
  let clock: EpochClock
  let writer: CheckpointWriter
  /// The statement that the run is going to write; nil where none was asked for.
  let statement: String?

  /// Bytes of all that is kept between epochs.
  package static let cacheBytes = 512 << 20
  /// Features of a batch: 1 GiB.
  private static let mostBatchFrames = 1 << 21

  /// - Parameters:
  ///   - processes: those that train together, each with a job of its own. `batchSize` is of all of them.
  ///   - cacheBytes: at most so much is kept between epochs, in each process; no result depends on it.
  ///   - onNetwork: told once what said what the network is, nil where the file does; before the table is made.
  ///   - onTable: gets the loading table before it is judged.
  /// - Throws: the first thing that is wrong, whatever it is: files, sizes, names, numbers.
  package init(
    _ options: FinetuneOptions, processes: any Collective = SingleProcess.shared,
    cacheBytes: Int = FinetuneJob.cacheBytes, onNetwork: (NamedNetwork?) -> Void = { _ in },
    onTable: (LoadingTable) -> Void = { _ in }
  ) throws(CheckpointError) {
    try options.check()
    try processes.checkShares(of: options.batchSize)
    self.processes = processes
    cacheBudget = MemoryBudget(cacheBytes)
    try RunFolder.check(options.output, files: CheckpointWriter.replaced)
    let point = options.resumes ? try ResumePoint.furthest(in: options.output) : nil
    resumed = point
    statement =
      try options.writesProvenance
      ? RunStatement.check(options.output, replacing: options.isBeside) : nil
    firstEpoch = (resumed?.state.epoch ?? 0) + 1
    if resumed == nil {
      try CheckpointWriter.check(options.output, beside: options.isBeside)
    }
    start = try ResumePoint.advising(point, in: options.output) { () throws(CheckpointError) in
      try FinetuneStart(options, resumed: point?.folder, onNetwork: onNetwork, onTable: onTable)
    }
    let (folder, front) = (start.folder, start.front)
    // A run that goes on must feed the same, whether that was said or told by the file.
    var settled = options
    settled.frontEnd = front
    self.options = settled
    let manifest = try Self.manifest(options, folder: folder)
    model = try FinetuneModel(
      options, start,
      classifier: folder.map { path throws(CheckpointError) in
        try ResumePoint.advising(point, in: options.output) { () throws(CheckpointError) in
          let name = ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown
          _ = try FileSystem.kind(of: name, in: path)
          return try ClassifierFile(FilePath.join(path, name))
        }
      }, classes: options.speed.classes(manifest.labels.count))
    let crop = try options.crop(front)
    try Self.check(crop, options.batchSize / processes.count, model.network)
    data = TrainingSet(
      manifest, frontEnd: front, crop: crop, seed: options.seed, cache: WaveCache(cacheBudget),
      speed: options.speed, augmentation: try options.speakerAugmentation())
    steps = try EpochPlan(
      options.order, items: manifest.items.count, batchSize: options.batchSize, seed: options.seed, epoch: 1
    ).batches.count
    if let path = options.heldOut {
      heldOut = try HeldOut(path, labels: manifest.labels, labelColumn: options.labelColumn, front: front)
      if options.patience != nil { try heldOut?.check(for: options.bestBy, hint: "--best-by accuracy") }
      if options.blends { try heldOut?.check(for: options.blendMetric, hint: "--validate-trials FILE") }
    } else {
      heldOut = nil
    }
    trials = try options.trials.map { path throws(CheckpointError) in try HeldOutTrials(path, front: front) }
    oldTrials = try options.oldTrials.map { path throws(CheckpointError) in
      try HeldOutTrials(path, front: front)
    }
    writer = CheckpointWriter(options.output, labels: manifest.labels, like: start)
    clock = EpochClock(
      origin: 1, epochs: options.epochs, stepsPerEpoch: steps, steps: options.steps,
      done: resumed?.state.iteration ?? 0)
    try model.begin(options, at: firstEpoch, clock.epochs)
    if options.needsStart {
      begun =
        try point == nil
        ? StartingWeights(model.network, start.table) : StartingWeights(options, front: front)
    } else {
      begun = nil
    }
    method = try Finetune(
      model.network, model.classifier, model.optimizer(options, begun),
      machine: Machine(workers: options.threads ?? processes.threads, processes: processes))
    method.longestGradient = options.longestGradient
    summary = try start.backbone()
    if let resumed {
      try resumed.check(state(epoch: 0, step: 0))
      try ResumePoint.advising(point, in: options.output) { () throws(CheckpointError) in
        try resumed.restore(method.optimizer)
      }
    }
  }

  /// The utterances, their speakers under the indices of the folder that the run starts from, where there is one.
  private static func manifest(
    _ options: FinetuneOptions, folder: String?
  ) throws(CheckpointError) -> Manifest {
    var manifest = try Manifest.read(
      options.data, labelColumn: options.labelColumn, utt2spk: options.utt2spk)
    if let folder {
      let path = FilePath.join(folder, LabelMap.fileName)
      // Upstream keeps no label map: its speakers are counted by first appearance, as they are here.
      if try FileSystem.kind(of: LabelMap.fileName, in: folder) == .file {
        do throws(CheckpointError) {
          let map = try LabelMap(
            json: FileSystem.bytes(of: LabelMap.fileName, in: folder, limit: 1 << 30), name: path)
          manifest = try manifest.labelled(by: map, from: "`\(path)`")
        } catch { throw error.location.file == nil ? error.at(file: path) : error }
      }
    }
    guard manifest.labels.count > 1 else {
      throw CheckpointError(
        .contradiction, "the data name one speaker only: there is nothing to tell apart",
        at: .init(file: options.data))
    }
    try manifest.checkFiles()
    return manifest
  }

  private static func check(
    _ crop: Crop, _ batchSize: Int, _ network: any SpeakerNetwork<FastKernels>
  ) throws(CheckpointError) {
    guard !crop.isWhole else { return }
    guard crop.frames >= network.shortestInput else {
      throw CheckpointError(
        .wrongWords, "a crop of \(crop.frames) frames; this network needs \(network.shortestInput)",
        hint: "--crop-frames \(network.shortestInput) or more")
    }
    guard crop.frames <= mostBatchFrames / batchSize else {
      throw CheckpointError(
        .limit,
        "a batch of \(batchSize) x \(crop.frames) frames; at most \(mostBatchFrames) frames are taken at once",
        hint: "a smaller --batch-size or a shorter crop")
    }
  }

  /// What the run replaces, and may find a link at.
  package var files: [String] { CheckpointWriter.replaced.map { FilePath.join(options.output, $0) } }

  /// What would save the run most of its time; nil where there is nothing to say.
  package var advice: String? {
    guard model.isBackboneStill, data.isOnlyCut, !data.crop.isWhole else { return nil }
    return "the backbone stands still, but runs over other crops in every epoch;"
      + " with --crop none it embeds each utterance whole, and once"
  }

  /// What may not be meant as it stands.
  package var notes: [String] {
    [start.choice.note, data.manifest.labels.lookAlikes.map { "in \(options.data) \($0)" }, advice].compactMap
    { $0 }
  }

  package var plan: FinetunePlan {
    let parameters = method.network.registry.parameters + method.classifier.registry.parameters
    let blocks = model.classifier.blocks
    func size(_ some: [Parameter<Float>]) -> Int { some.reduce(0) { $0 + $1.shape.reduce(1, *) } }
    return FinetunePlan(
      backbone: start.file?.path, network: start.named?.name, summary: summary.summary,
      upstream: summary.upstreamNote, frontEnd: front.rawValue, data: options.data,
      utterances: data.count, speakers: data.manifest.labels.count, classes: data.classes,
      heldOut: heldOut?.count, trials: trials?.count, oldTrials: oldTrials?.count,
      cropFrames: data.crop.isWhole ? nil : data.crop.frames, batchSize: options.batchSize,
      stepsPerEpoch: steps, epochs: options.epochs, classifier: model.classifier.kind.rawValue,
      classifierBlocks: blocks.count > 0 ? blocks.count : nil,
      classifierWidth: blocks.count > 0 ? blocks.width : nil,
      trained: size(parameters.filter { !$0.isFrozen }),
      frozen: size(parameters.filter(\.isFrozen)), small: options.smallText, provenance: statement)
  }
}
