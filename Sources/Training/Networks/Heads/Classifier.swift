// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What stands on a backbone while it is trained.
package enum ClassifierKind: String, Sendable, CaseIterable {
  /// Cosines to class vectors; an additive angular margin goes with them, unless another loss is named.
  case cosine
  /// ReLU, a linear layer; cross-entropy.
  case linear
}

/// A classifier over embeddings: 3D-Speaker's `CosineClassifier` or `LinearClassifier`
/// (`speakerlab/models/campplus/classifier.py`). Its registry is the state dict of upstream's `classifier.ckpt`.
package final class Classifier<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let kind: ClassifierKind
  package let classes: Int
  package let embedding: Int
  package let blocks: ClassifierBlocks
  package let registry = Registry<Real>()
  package var loss: ClassificationLoss
  private let layers: [DenseLayer<Real>]
  private let weight: Parameter<Real>
  private let bias: Parameter<Real>?

  /// - Throws: `misfit` for sizes that make none, `limit` for some that are too large, or what the source throws.
  package init(
    _ kind: ClassifierKind, embedding: Int, classes: Int, blocks: ClassifierBlocks = .none,
    source: any ParameterSource
  ) throws(CheckpointError) {
    guard embedding > 0, classes > 0 else {
      throw CheckpointError(.misfit, "a classifier needs at least one class and one input")
    }
    try blocks.check(embedding: embedding, classes: classes)
    self.kind = kind
    self.classes = classes
    self.embedding = embedding
    self.blocks = blocks
    loss = kind == .cosine ? .arc(ArcMargin()) : .crossEntropy
    let scope = Scope(registry, source: source)
    let inputs = blocks.outputs(of: embedding)
    switch kind {
    case .cosine:
      // A module's own parameters come before those of its parts.
      weight = try scope.parameter("weight", [classes, inputs], .xavier(fanIn: inputs, fanOut: classes))
      bias = nil
      layers = try Self.layers(scope, blocks, embedding) { (scope, inputs) throws(CheckpointError) in
        try DenseLayer(scope, inputs: inputs, outputs: blocks.width, hasBias: false, rectifies: false)
      }
    case .linear:
      layers = try Self.layers(scope, blocks, embedding) { (scope, inputs) throws(CheckpointError) in
        try DenseLayer(scope, inputs: inputs, outputs: blocks.width, hasBias: true, rectifies: true)
      }
      let fan = Initialiser.kaiming(fanIn: inputs)
      weight = try scope["linear"].parameter("weight", [classes, inputs], fan)
      bias = try scope["linear"].parameter("bias", [classes], fan)
    }
  }

  /// `blocks.0` takes the embedding, each other one what the one before it gives.
  private static func layers(
    _ scope: Scope<Real>, _ blocks: ClassifierBlocks, _ embedding: Int,
    _ make: (Scope<Real>, _ inputs: Int) throws(CheckpointError) -> DenseLayer<Real>
  ) throws(CheckpointError) -> [DenseLayer<Real>] {
    var layers: [DenseLayer<Real>] = []
    for index in 0..<blocks.count {
      layers.append(try make(scope["blocks", index], index == 0 ? embedding : blocks.width))
    }
    return layers
  }

  /// - Parameter utterances: of a batch, all processes' together.
  /// - Throws: `wrongWords` where blocks normalise over a batch of one, which has no variance; PyTorch refuses it too.
  func check(batch utterances: Int) throws(CheckpointError) {
    guard utterances == 1, registry.norms.contains(where: { !$0.keepsStatistics }) else { return }
    throw CheckpointError(
      .wrongWords, "`--batch-size 1`: the classifier's blocks normalise over a batch", hint: "2 or more")
  }

  /// One score for each class: cosines, or logits.
  package func scores(_ tape: Tape<Numbers>, _ embeddings: Variable<Real>) -> Variable<Real> {
    switch kind {
    case .cosine:
      return tape.cosineSimilarity(layers.reduce(embeddings) { $1(tape, $0) }, weight.variable)
    case .linear:
      let x = layers.reduce(tape.relu(embeddings)) { $1(tape, $0) }
      return tape.linear(x, weight: weight.variable, bias: bias?.variable)
    }
  }

  /// The loss of a batch; `margin` is for losses that have one.
  package func loss(
    _ tape: Tape<Numbers>, _ embeddings: Variable<Real>, labels: [Int], margin: Double
  ) -> Loss {
    tape.loss(scores(tape, embeddings), labels: labels, margin: margin, loss)
  }
}
