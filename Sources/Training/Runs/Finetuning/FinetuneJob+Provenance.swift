// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FinetuneJob {
  /// The statement about the run on its way; nil where none was asked for, or another process writes it.
  func provenance() throws(CheckpointError) -> ProvenanceRecord? {
    guard options.writesProvenance, writes else { return nil }
    return try RunStatement.begin(account(), options.output, replacing: options.isBeside)
  }

  private func account() throws(CheckpointError) -> RunAccount {
    var inputs: [RunAccount.Input] = []
    // A run that goes on is told anew what it began with.
    if let word = options.backbone {
      inputs.append(
        options.startsWithClassifier
          ? .init("start", try CheckpointFolder.folder(word), isCheckpoint: true)
          : .init("start", try CheckpointFolder.model(word), isCheckpoint: true))
    }
    if let order = options.order.input { inputs.append(order) }
    let manifest = self.data.manifest
    var data = [
      RunAccount.Data("train", manifest, tables: manifest.speakerTables(named: options.utt2spk))
    ]
    if let heldOut {
      data.append(.init("validate", heldOut.manifest, tables: heldOut.manifest.speakerTables(named: nil)))
    }
    for (name, trials) in [("trials", trials), ("old trials", oldTrials)] as [(Text, HeldOutTrials?)] {
      if let trials { data.append(.init(name, trials.manifest, tables: [])) }
    }
    data += RunAccount.Data.augmentation(self.data.augmentation?.noises, self.data.augmentation?.impulses)
    return RunAccount("finetune", options: words, inputs: inputs, data: data)
  }

  private var words: [Text: Text] {
    let files = (options.noises == nil ? [] : ["--noise"]) + (options.impulses == nil ? [] : ["--rir"])
    var words = options.words(
      options.order, seed: options.seed, batchSize: options.batchSize, without: files)
    // A run's state spells the loss by its type here.
    switch options.chosenLoss {
    case .arc(let form):
      words["--loss"] = "arc"
      words["scale"] = Text(figure: form.scale)
      if form.easyMargin { words["easy_margin"] = "yes" }
    case .add(let form):
      words["--loss"] = "add"
      words["scale"] = Text(figure: form.scale)
    case .crossEntropy: words["--loss"] = "ce"
    }
    words["network"] = Text(summary.summary)
    words["--front-end"] = Text(front.rawValue)
    words["--init"] = Text(options.initial.rawValue)
    let rules = options.rules
    for (word, patterns) in [("--load", rules.load), ("--fresh", rules.fresh), ("--ignore", rules.ignore)]
    where !patterns.isEmpty { words[Text(word)] = Text(patterns.joined(separator: " ")) }
    if let embedding = options.embedding { words["--embedding"] = Text(embedding) }
    if let column = options.labelColumn { words["--label-column"] = Text(column) }
    if let steps = options.steps { words["--steps"] = Text(steps) }
    return words
  }
}
