// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import Training

/// What becomes of the backbone's tensors, and what stands on it.
struct FinetuneNetwork: ParsableArguments {
  @Option(
    help:
      "What the network takes: \(FrontEnd.words). Filter banks make an RDINO or SDPN backbone the supervised form."
  )
  var frontEnd: FrontEnd?

  @Option(
    help: "What the network is where the file does not tell, such as 3dspeaker/ecapa-192 (spec --list).",
    completion: .list(NetworkCatalogue.listed.map(\.name)))
  var network: String?

  @Option(
    name: .customLong("init"),
    help: "file, or random: the sizes of the file or of --network, every value drawn anew.")
  var initial: FinetuneOptions.Initial?

  @Option(help: FinetuneOptions.help("--load", "Load what matches the pattern", "repeatable"))
  var load: [String] = []

  @Option(help: "Draw anew what matches the pattern (repeatable); stands above --load.")
  var fresh: [String] = []

  @Option(help: "Do without tensors of the file that match the pattern (repeatable).")
  var ignore: [String] = []

  @Option(
    help: "Another embedding size than the file's; its last layer must then be --fresh, such as 'fc.**'.")
  var embedding: Int?

  @Option(help: "cosine or linear (a ReLU before it).")
  var classifier: ClassifierKind?

  @Option(
    help: FinetuneOptions.help(
      "--classifier-blocks", "Layers between the embedding and the classifier's last one"))
  var classifierBlocks: Int?

  @Option(help: FinetuneOptions.help("--classifier-width", "The outputs of each of them"))
  var classifierWidth: Int?

  @Option(help: "arc (additive angular margin), add (additive margin) or ce (cross-entropy).")
  var loss: ClassificationLoss.Kind?

  @Option(
    help:
      FinetuneOptions.help(
        "--freeze", "all, none, or a pattern of backbone keys, or of classifier.**, not trained", "repeatable"
      )
  )
  var freeze: [String] = []

  @Option(help: "Train what is frozen too, after so many epochs.")
  var unfreezeAfter: Int?

  @Option(help: "Batch normalisation: auto (running statistics where frozen), frozen or batch.")
  var normStatistics: FinetuneOptions.NormStatistics?

  func apply(to options: inout FinetuneOptions) throws {
    options.frontEnd = frontEnd
    options.network = network
    options.initial = initial ?? options.initial
    options.rules = .init(load: load, fresh: fresh, ignore: ignore)
    options.embedding = embedding
    options.classifier = classifier ?? options.classifier
    options.classifierBlocks = classifierBlocks ?? options.classifierBlocks
    if classifierWidth != nil, options.newBlocks.count == 0, !options.startsWithClassifier {
      throw CheckpointError(
        .wrongWords, "`--classifier-width` is of a classifier's blocks, and there are none",
        hint: "--classifier-blocks N")
    }
    options.classifierWidth = classifierWidth ?? options.classifierWidth
    options.loss = loss ?? options.loss
    if !freeze.isEmpty { options.freeze = freeze }
    options.unfreezeAfter = unfreezeAfter
    options.normStatistics = normStatistics ?? options.normStatistics
  }
}

extension FrontEnd: ExpressibleByArgument {}
extension ClassifierKind: ExpressibleByArgument {}
extension ClassificationLoss.Kind: ExpressibleByArgument {}
extension FinetuneOptions.Initial: ExpressibleByArgument {}
extension FinetuneOptions.NormStatistics: ExpressibleByArgument {}
extension EmbeddingJob.Names: ExpressibleByArgument {}
