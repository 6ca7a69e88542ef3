// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

/// What becomes of the backbone's tensors, and what stands on it.
struct FinetuneNetwork: ParsableArguments {
  @Option(help: "What the network takes, where the file's _metadata does not tell: mel or fbank.")
  var frontEnd: FrontEnd?

  @Option(help: "Load what matches the pattern (repeatable; default: everything).")
  var load: [String] = []

  @Option(help: "Draw anew what matches the pattern (repeatable); stands above --load.")
  var fresh: [String] = []

  @Option(help: "Do without tensors of the file that match the pattern (repeatable).")
  var ignore: [String] = []

  @Option(help: "Another embedding size than the file's; needs --fresh 'fc.**'.")
  var embedding: Int?

  @Option(help: "cosine (additive angular margin) or linear (cross-entropy).")
  var classifier = ClassifierKind.cosine

  @Option(help: "all, none, or a pattern of backbone keys that are not trained (repeatable; default: none).")
  var freeze: [String] = []

  func apply(to options: inout FinetuneOptions) {
    options.frontEnd = frontEnd
    options.rules = .init(load: load, fresh: fresh, ignore: ignore)
    options.embedding = embedding
    options.classifier = classifier
    if !freeze.isEmpty { options.freeze = freeze }
  }
}

extension FrontEnd: ExpressibleByArgument {}
extension ClassifierKind: ExpressibleByArgument {}
extension Crop.Padding: ExpressibleByArgument {}
extension EmbeddingJob.Names: ExpressibleByArgument {}
