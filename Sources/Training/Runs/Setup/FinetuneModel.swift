// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a run trains: a backbone under a classifier, and the optimizer that moves both.
package struct FinetuneModel {
  /// What the classifier's keys begin with in patterns.
  private static let classifierPrefix = "classifier."

  let network: any SpeakerNetwork<FastKernels>
  package let classifier: Classifier<FastKernels>

  /// A backbone from a file under a new classifier, or both from a checkpoint folder.
  ///
  /// - Throws: `misfit` where the folder's classifier is not of as many classes as the data have.
  init(
    _ options: FinetuneOptions, _ start: FinetuneStart, classifier saved: ClassifierFile?, classes: Int
  ) throws(CheckpointError) {
    network = try start.network(seed: options.seed)
    guard let saved else {
      classifier = try Classifier<FastKernels>(
        options.classifier, embedding: start.configuration.embedding, classes: classes,
        blocks: options.newBlocks,
        source: FreshParameters(seed: options.seed))
      classifier.loss = options.chosenLoss
      return
    }
    guard saved.classes == classes else {
      throw CheckpointError(
        .misfit, "the classifier has \(saved.classes) classes, the data have \(classes)",
        at: .init(file: saved.path),
        hint: saved.classes == SpeedPerturbation.factors.count * classes
          ? "--speed random, or --speed labels-only: it was trained with three speeds"
          : "the data that it was trained on, or --backbone for a new classifier")
    }
    // A run that goes on is told of all the words that differ, and not of these alone.
    if !options.resumes { try Self.check(options, saved) }
    classifier = try saved.classifier(FastKernels.self)
    classifier.loss = options.chosenLoss
  }

  /// - Throws: `contradiction` where the folder's classifier has other blocks than the options say.
  private static func check(_ options: FinetuneOptions, _ saved: ClassifierFile) throws(CheckpointError) {
    let asked = ClassifierBlocks(
      count: options.classifierBlocks ?? saved.blocks.count,
      width: options.classifierWidth ?? saved.blocks.width)
    guard asked != saved.blocks else { return }
    throw CheckpointError(
      .contradiction, "the classifier has \(saved.blocks.text), not \(asked.text)",
      at: .init(file: saved.path),
      hint: "leave `--classifier-blocks` and `--classifier-width` out, or --backbone for a new classifier")
  }

  /// Backbone keys as they are, the classifier's under `classifier.`: what patterns select.
  private var named: [(key: String, parameter: Parameter<Float>)] {
    network.registry.parameters.map { ($0.key, $0) }
      + classifier.registry.parameters.map { (Self.classifierPrefix + $0.key, $0) }
  }

  /// Freezes and thaws what the options say for a run's first epoch.
  ///
  /// - Parameter epochs: those that the run goes through.
  /// - Throws: `wrongWords` where in one of them the classifier's blocks would normalise over a batch of one.
  func begin(_ options: FinetuneOptions, at first: Int, _ epochs: Range<Int>) throws(CheckpointError) {
    let thaw = options.unfreezeAfter.map { $0 + 1 }.flatMap { epochs.contains($0) ? $0 : nil }
    for epoch in [thaw, first].compactMap({ $0 }) {
      try freeze(options, epoch: epoch)
      try classifier.check(batch: options.batchSize)
    }
  }

  /// Freezes and thaws what the options say for an epoch, counted from 1.
  func freeze(_ options: FinetuneOptions, epoch: Int) throws(CheckpointError) {
    let isThawed = options.unfreezeAfter.map { epoch > $0 } ?? false
    let words = isThawed ? ["none"] : options.freeze
    try freezeClassifier(words.filter(Self.isOfClassifier))
    switch words {
    case ["all"]: network.freeze { _ in true }
    case ["none"]: network.freeze { _ in false }
    default:
      let keys = network.registry.parameters.map { Text($0.key) }
      let own = words.filter { !Self.isOfClassifier($0) }
      let patterns = try KeyPatterns(own, option: "--freeze", among: keys)
      network.freeze { patterns.matches(Text($0)) }
    }
    guard named.contains(where: { !$0.parameter.isFrozen }) else {
      throw CheckpointError(
        .wrongWords, "everything is frozen, the classifier too: there is nothing to train",
        hint: "fewer patterns for --freeze")
    }
    let norms = network.registry.norms + classifier.registry.norms
    switch options.normStatistics {
    case .auto: break
    case .frozen: for norm in norms { norm.keepsStatistics = true }
    case .batch: for norm in norms { norm.keepsStatistics = false }
    }
  }

  /// Whether a pattern of `--freeze` is of the classifier's keys: it begins with `classifier.`. So `**` is the backbone.
  private static func isOfClassifier(_ word: String) -> Bool {
    word.hasPrefix(classifierPrefix) || word.hasPrefix(#"re:classifier\."#)
  }

  private func freezeClassifier(_ words: [String]) throws(CheckpointError) {
    let parameters = classifier.registry.parameters
    let keys = parameters.map { Text(Self.classifierPrefix + $0.key) }
    let patterns = try KeyPatterns(words, option: "--freeze", among: keys)
    for (key, parameter) in zip(keys, parameters) { parameter.isFrozen = patterns.matches(key) }
    for norm in classifier.registry.norms { norm.keepsStatistics = norm.weight?.isFrozen ?? false }
  }

  /// Whether nothing of the backbone changes in training: neither parameters nor statistics.
  package var isBackboneStill: Bool {
    network.registry.parameters.allSatisfy(\.isFrozen)
      && network.registry.norms.allSatisfy(\.keepsStatistics)
  }

  /// All parameters in one group, the backbone's first, as `nn.Sequential(embedding_model, classifier)`; those with a
  /// rate factor in a group for each pattern, after it. The first pattern that matches counts.
  ///
  /// - Parameter begun: what the backbone is anchored to, where the options say that it is.
  func optimizer(
    _ options: FinetuneOptions, _ begun: StartingWeights?
  ) throws(CheckpointError) -> any Optimizer<FastKernels> {
    let optimizer = try optimizer(options)
    if let weight = options.anchor, let begun {
      optimizer.anchor = Anchor(weight: weight, begun.origins(of: network.registry))
    }
    return optimizer
  }

  private func optimizer(_ options: FinetuneOptions) throws(CheckpointError) -> any Optimizer<FastKernels> {
    var matchers: [KeyPatterns] = []
    for rate in options.rateFactors {
      matchers.append(try KeyPatterns([rate.pattern], option: "--lr-for", among: named.map { Text($0.key) }))
    }
    var members = [[Parameter<Float>]](repeating: [], count: matchers.count + 1)
    for (key, parameter) in named {
      members[matchers.firstIndex { $0.matches(Text(key)) }.map { $0 + 1 } ?? 0].append(parameter)
    }
    let groups = members.enumerated().compactMap { index, parameters in
      parameters.isEmpty
        ? nil
        : ParameterGroup(
          parameters, weightDecay: options.weightDecay,
          rate: .scaled(index == 0 ? 1 : options.rateFactors[index - 1].factor))
    }
    switch options.optimizer {
    case .sgd: return SGD<FastKernels>(groups, momentum: options.momentum, nesterov: options.nesterov)
    case .adam: return Adam<FastKernels>(groups, settings: options.adam, decoupled: false)
    case .adamw: return Adam<FastKernels>(groups, settings: options.adam, decoupled: true)
    }
  }
}
