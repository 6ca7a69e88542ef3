// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A fine-tuning run made ready: everything has been opened and checked, nothing written.
package final class FinetuneJob {
  package let options: FinetuneOptions
  package let file: BackboneFile
  package let front: FrontEnd
  package let table: LoadingTable
  package let data: TrainingSet
  package let steps: Int
  package let method: Finetune<FastKernels>
  let heldOut: HeldOut?
  let writer: CheckpointWriter

  /// Bytes of decoded waves that are kept between epochs.
  private static let cacheBytes = 512 << 20
  /// Features of a batch: 1 GiB.
  private static let mostBatchFrames = 1 << 21

  /// - Parameter onTable: gets the loading table before it is judged.
  /// - Throws: the first thing that is wrong, whatever it is: files, sizes, names, numbers.
  package init(
    _ options: FinetuneOptions, onTable: (LoadingTable) -> Void = { _ in }
  ) throws(CheckpointError) {
    try options.check()
    try CheckpointWriter.check(options.output, beside: options.isBeside)
    self.options = options
    file = try BackboneFile(options.backbone)
    front = try FrontEnd.choose(asked: options.frontEnd, in: file)
    var configuration = file.configuration
    if let embedding = options.embedding { configuration.embedding = embedding }
    try configuration.checkSize()
    do throws(CheckpointError) {
      table = try LoadingTable(configuration.slots, file, options.rules)
      onTable(table)
      try table.check()
    } catch { throw error.at(file: file.path) }

    let manifest = try Manifest.read(options.data, labelColumn: options.labelColumn)
    guard manifest.labels.count > 1 else {
      throw CheckpointError(
        .contradiction, "the data name one speaker only: there is nothing to tell apart",
        at: .init(file: options.data))
    }
    try manifest.checkFiles()
    method = try Self.method(options, file, configuration, front, table, classes: manifest.labels.count)
    let crop = try options.crop(front)
    try Self.check(crop, options.batchSize, method.network)
    steps = try EpochPlan.steps(items: manifest.items.count, batchSize: options.batchSize)
    let cache = WaveCache(budget: Self.cacheBytes)
    data = TrainingSet(manifest, frontEnd: front, crop: crop, seed: options.seed, cache: cache)
    if let path = options.heldOut {
      heldOut = try HeldOut(path, labels: manifest.labels, labelColumn: options.labelColumn, front: front)
    } else {
      heldOut = nil
    }
    writer = CheckpointWriter(options.output, labels: manifest.labels, like: file)
  }

  private static func check(
    _ crop: Crop, _ batchSize: Int, _ network: any SpeakerNetwork<FastKernels>
  ) throws(CheckpointError) {
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

  private static func method(
    _ options: FinetuneOptions, _ file: BackboneFile, _ configuration: NetworkConfiguration,
    _ front: FrontEnd,
    _ table: LoadingTable, classes: Int
  ) throws(CheckpointError) -> Finetune<FastKernels> {
    let network = try file.network(configuration, front: front, table, seed: options.seed)
    let keys = network.registry.parameters.map(\.key)
    switch options.freeze {
    case ["all"]: network.freeze { _ in true }
    case ["none"]: network.freeze { _ in false }
    case let words:
      let patterns = try KeyPatterns(words, option: "--freeze", among: keys)
      network.freeze(where: patterns.matches)
    }
    let classifier = try Classifier<FastKernels>(
      options.classifier, embedding: configuration.embedding, classes: classes,
      source: FreshParameters(seed: options.seed))
    return try Finetune(
      network, classifier, momentum: options.momentum, nesterov: options.nesterov,
      weightDecay: options.weightDecay, machine: Machine(workers: options.threads))
  }

  package var plan: FinetunePlan {
    let parameters = method.network.registry.parameters
    func size(_ some: [Parameter<Float>]) -> Int { some.reduce(0) { $0 + $1.shape.reduce(1, *) } }
    return FinetunePlan(
      backbone: file.path, summary: file.backbone.summary, frontEnd: front.rawValue, data: options.data,
      utterances: data.count, classes: data.classes, heldOut: heldOut?.count, cropFrames: data.crop.frames,
      batchSize: options.batchSize, stepsPerEpoch: steps, epochs: options.epochs,
      classifier: options.classifier.rawValue,
      trained: size(parameters.filter { !$0.isFrozen }) + size(method.classifier.registry.parameters),
      frozen: size(parameters.filter(\.isFrozen)))
  }
}
