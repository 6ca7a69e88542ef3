// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// `weight`: a row for each class, compared by its direction.
  public static let cosineClassifier = Self(rawValue: "cosine classifier")
  /// `linear.weight` and `linear.bias`.
  public static let linearClassifier = Self(rawValue: "linear classifier")
}

/// No backbones, but what upstream puts on top of one: `speakerlab/models/campplus/classifier.py`. `weight`, or
/// `linear.weight` and `linear.bias`, after some blocks.
///
/// | network | folded | stays |
/// |---|---|---|
/// | classifiers with blocks | the norm of each block | |
enum ClassifierFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.cosineClassifier, .linearClassifier]
  static let firstParts: [Text] = []

  static func recognise(_ shapes: KeyShapes, embedding: Int?) -> Backbone? {
    let blocks = shapes.count { "blocks.\($0).linear.weight" }
    var sizes = ["blocks": [blocks]]
    var input: Int?
    if blocks > 0 {
      // outputs x inputs x 1: the last layer takes what the blocks give, not the embedding.
      guard let first = shapes.shape("blocks.0.linear.weight", 3) else { return nil }
      (sizes["inter_dim"], input) = ([first[0]], first[1])
    }
    let others = shapes.keys.count { !$0.hasPrefix("blocks.") }
    if let weight = shapes.shape("weight", 2), others == 1 {
      sizes["classes"] = [weight[0]]
      return Backbone(
        family: .cosineClassifier, embedding: input ?? weight[1], mels: nil, frontEnd: nil, sizes: sizes)
    }
    guard let weight = shapes.shape("linear.weight", 2), shapes.has("linear.bias"), others == 2 else {
      return nil
    }
    sizes["classes"] = [weight[0]]
    return Backbone(
      family: .linearClassifier, embedding: input ?? weight[1], mels: nil, frontEnd: nil, sizes: sizes)
  }

  /// `DenseLayer`.
  static func norms(of family: Backbone.Family) -> NormPlaces {
    .known([NormRule(layer: "blocks.*.linear", norm: "blocks.$1.nonlinear.batchnorm")])
  }
}
