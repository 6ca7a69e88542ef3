// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// Snyder and others 2018: five layers over time, pooled, and a last one.
  public static let xvector = Self(rawValue: "X-vector")
}

/// The x-vector network: `speakerlab/models/xvector/TDNN.py`.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | X-vector | `frame_1.conv_1d.weight` | `speakerlab/models/xvector/TDNN.py` |
///
/// | network | folded | stays |
/// |---|---|---|
/// | X-vector | refused: each layer goes through ReLU before its norm | |
enum XVectorFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.xvector]
  static let firstParts: [Text] = (1...5).map { "frame_\($0)" as Text } + ["seg_1"]

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let first = shapes.shape("frame_1.conv_1d.weight", 3),
      let embedding = shapes.outputs([("seg_1.weight", 2), ("seg_1.bias", 1)], or: asked)
    else { return nil }
    let frames = shapes.count { "frame_\($0 + 1).conv_1d.weight" }
    let weights = (1...frames).compactMap { shapes.shape("frame_\($0).conv_1d.weight", 3) }
    let names = shapes.names
    guard weights.count == frames, frames >= 5, names.end("frame_") == frames + 1 else { return nil }
    return Backbone(
      family: .xvector, embedding: embedding, mels: first[1], frontEnd: nil, missing: names.missing(layers),
      sizes: ["channels": weights.map { $0[0] }, "kernel_sizes": weights.map { $0[2] }])
  }

  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    guard (1...5).contains(where: { names.has("frame_\($0).conv_1d") }) else { return nil }
    return BackboneLikeness(
      families,
      sizes: [
        BackboneLikeness.words(
          "channels", (1...4).map { shapes.shape("frame_\($0).conv_1d.weight", 3)?[0] }),
        BackboneLikeness.words("embedding", [shapes.outputs([("seg_1.weight", 2)], or: nil)]),
      ], layers: layers, in: names)
  }

  static func misfit(_ backbone: Backbone) -> String? {
    let channels = backbone.sizes["channels"] ?? []
    guard Set(channels.dropLast()).count <= 1 else {
      return "channels \(Backbone.words(channels)), which are not equal before the last"
    }
    return backbone.difference("kernel_sizes", from: [5, 3, 3, 1, 1])
  }

  static func norms(of family: Backbone.Family) -> NormPlaces {
    .never("each frame layer goes through ReLU before its batch norm (layer, ReLU, batch norm)")
  }

  private static var layers: [String] {
    (1...5).flatMap { ["frame_\($0).conv_1d.weight", "frame_\($0).bn.running_mean"] } + ["seg_1.weight"]
  }
}
