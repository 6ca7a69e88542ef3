// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Backbone.Family {
  static let dVector = Self(rawValue: "d-vector")
}

/// d-vectors (Variani and others 2014) with pooled statistics.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | d-vector | `frame_bn.weight` and `embedding.weight` | |
///
/// | network | folded | stays |
/// |---|---|---|
/// | d-vector | `frame_bn` | |
enum DVectorFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.dVector]
  static let firstParts: [Text] = ["frame", "frame_bn", "embedding"]
  private static let layers = ["frame.weight", "frame_bn.weight", "embedding.weight"]

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let frame = shapes.shape("frame.weight", 3),
      let embedding = shapes.outputs([("embedding.weight", 2), ("embedding.bias", 1)], or: asked)
    else { return nil }
    return Backbone(
      family: .dVector, embedding: embedding, mels: frame[1], frontEnd: nil,
      missing: shapes.names.missing(layers), sizes: ["channels": [frame[0]]])
  }

  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    guard names.has("frame_bn") else { return nil }
    return BackboneLikeness(
      families,
      sizes: [
        BackboneLikeness.words("channels", [shapes.shape("frame_bn.weight", 1)?[0]]),
        BackboneLikeness.words("embedding", [shapes.outputs([("embedding.weight", 2)], or: nil)]),
      ], layers: layers, in: names)
  }

  static func norms(of family: Backbone.Family) -> NormPlaces {
    .known([NormRule(layer: "frame", norm: "frame_bn")])
  }
}
