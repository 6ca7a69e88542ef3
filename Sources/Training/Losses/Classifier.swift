// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What stands on a backbone while it is trained.
package enum ClassifierKind: String, Sendable, CaseIterable {
  /// Cosines to class vectors; an additive angular margin goes with them, unless another loss is named.
  case cosine
  /// ReLU, a linear layer; cross-entropy.
  case linear
}

/// A classifier over embeddings: 3D-Speaker's `CosineClassifier` or `LinearClassifier`, without extra
/// blocks. Its registry is the state dict of upstream's `classifier.ckpt`.
package final class Classifier<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let kind: ClassifierKind
  package let classes: Int
  package let embedding: Int
  package let registry = Registry<Real>()
  package var loss: ClassificationLoss
  private let weight: Parameter<Real>
  private let bias: Parameter<Real>?

  package init(
    _ kind: ClassifierKind, embedding: Int, classes: Int, source: any ParameterSource
  ) throws(CheckpointError) {
    guard embedding > 0, classes > 0 else {
      throw CheckpointError(.misfit, "a classifier needs at least one class and one input")
    }
    self.kind = kind
    self.classes = classes
    self.embedding = embedding
    loss = kind == .cosine ? .arc(ArcMargin()) : .crossEntropy
    let scope = Scope(registry, source: source)
    switch kind {
    case .cosine:
      weight = try scope.parameter(
        "weight", [classes, embedding], .xavier(fanIn: embedding, fanOut: classes))
      bias = nil
    case .linear:
      let fan = Initialiser.kaiming(fanIn: embedding)
      weight = try scope["linear"].parameter("weight", [classes, embedding], fan)
      bias = try scope["linear"].parameter("bias", [classes], fan)
    }
  }

  /// One score for each class: cosines, or logits.
  package func scores(_ tape: Tape<Numbers>, _ embeddings: Variable<Real>) -> Variable<Real> {
    switch kind {
    case .cosine: tape.cosineSimilarity(embeddings, weight.variable)
    case .linear: tape.linear(tape.relu(embeddings), weight: weight.variable, bias: bias?.variable)
    }
  }

  /// The loss of a batch; `margin` is for losses that have one.
  package func loss(
    _ tape: Tape<Numbers>, _ embeddings: Variable<Real>, labels: [Int], margin: Double
  ) -> Loss {
    tape.loss(scores(tape, embeddings), labels: labels, margin: margin, loss)
  }
}
