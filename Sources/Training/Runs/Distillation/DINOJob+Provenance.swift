// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension DINOJob {
  /// The statement about the run on its way; nil where none was asked for, or another process writes it.
  func provenance() throws(CheckpointError) -> ProvenanceRecord? {
    guard options.writesProvenance, processes.rank == 0 else { return nil }
    var inputs: [RunAccount.Input] = []
    // A run that goes on is told anew what it began with.
    if let origin, !isResumed { inputs.append(.init("start", origin, isCheckpoint: true)) }
    if let order = options.order.input { inputs.append(order) }
    let account = RunAccount(
      "dino", options: words, inputs: inputs,
      data: [.init("train", data.manifest)]
        + RunAccount.Data.augmentation(data.augmentation?.noises, data.augmentation?.impulses))
    return try RunStatement.begin(account, options.output, replacing: options.replaces)
  }

  private var words: [Text: Text] {
    let told = options.settled(for: method)
    let files = options.noises == nil ? [] : ["--noise", "--rir"]
    var words = told.words(options.order, seed: options.seed, batchSize: options.batchSize, without: files)
    words["method"] = Text(method.rawValue)
    words["network"] = Text(trainer.summary)
    words["--as-upstream"] = options.forgetsRun ? "yes" : nil
    if let steps = options.steps { words["--steps"] = Text(steps) }
    return words
  }
}
