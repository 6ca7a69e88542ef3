// SPDX-License-Identifier: Apache-2.0

/// What a state dict looks like that lacks layers of a network, so that its sizes are not all told: the family that most
/// of its keys are of, the sizes that are left, and the layers that are not there.
public struct BackboneLikeness: Sendable, Hashable, Codable {
  /// Two where what is missing would tell which it is.
  public var families: [Backbone.Family]
  /// Sizes that can still be told, in words: `channels 512`.
  public var sizes: [String]
  /// Layers that are not there, each by the shortest name below which there is nothing: `fc`.
  public var missing: [Text]

  /// In one line: ``ECAPA-TDNN, channels 512, without `fc` ``.
  public var summary: String {
    let names = families.map(\.rawValue).joined(separator: " or ")
    let without = missing.isEmpty ? [] : ["without \(Prose.list(missing))"]
    return ([names] + sizes + without).joined(separator: ", ")
  }

  /// What a state dict holds below a prefix, which is empty or ends with its dot; nil where it looks like no network that
  /// is known.
  public init?(_ state: StateDict, in document: Document, under prefix: Text = "") {
    self.init(KeyShapes(state, in: document, under: prefix))
  }

  package init?(_ shapes: KeyShapes) {
    // Most keys are of one family's names: others may lie beside them, but a network of another project that shares a
    // name or two is not taken for one.
    let parts = shapes.firstParts
    for (tops, recognise) in [
      (["blocks", "mfa", "asp", "asp_bn", "fc"], Self.ecapaTDNN),
      (["head", "xvector"], Self.camPlusPlus),
      (Self.residualNames, Self.residual),
      ((1...5).map { "frame_\($0)" as Text } + ["seg_1"], Self.xvector),
    ] as [([Text], (KeyShapes, LayerNames) -> Self?)] {
      guard 2 * tops.reduce(0, { $0 + (parts[$1] ?? 0) }) > shapes.keys.count else { continue }
      guard let found = recognise(shapes, shapes.names) else { continue }
      self = found
      return
    }
    return nil
  }

  init(families: [Backbone.Family], sizes: [String], missing: [Text]) {
    self.families = families
    self.sizes = sizes
    self.missing = missing
  }

  private init(_ families: [Backbone.Family], _ sizes: [String?], _ layers: [String], _ names: LayerNames) {
    self.families = families
    self.sizes = sizes.compactMap { $0 }
    missing = BackboneLayers.missing(layers, in: names)
  }

  private static func embedding(_ size: Int?) -> String? { size.map { "embedding \($0)" } }

  /// No network that is known has more blocks in a row, or parts in a block: a number in a key is not believed beyond.
  static let most = 64

  private static func ecapaTDNN(_ shapes: KeyShapes, _ names: LayerNames) -> Self? {
    let end = min(names.end("blocks."), most)
    let blocks = (0..<end).map { "blocks.\($0)." as Text }
    guard
      ["mfa.conv.conv", "asp.tdnn.conv", "blocks.0.conv.conv"].contains(where: names.has)
        || blocks.contains(where: { names.has($0 + "res2net_block") || names.has($0 + "se_block") })
    else { return nil }
    let scales = blocks.map { 1 + min(names.end($0 + "res2net_block.blocks."), most) }
    let channels = (0..<max(end, 4)).map { index in
      let name: Text = "blocks.\(index)."
      let outputs: [Text] = index == 0 ? ["conv"] : ["tdnn1.conv", "tdnn2.conv", "se_block.conv2"]
      return outputs.lazy.compactMap { shapes.shape("\(name)\($0).conv.weight", 3)?[0] }.first
        // What comes next takes what this one gives.
        ?? shapes.shape("blocks.\(index + 1).tdnn1.conv.conv.weight", 3)?[1]
    }
    return Self(
      [.ecapaTDNN],
      [
        words("channels", channels), embedding(shapes.outputs([("fc.conv.weight", 3)], or: nil)),
      ], BackboneLayers.ecapaTDNN(blocks: max(end - 1, 3), scale: max(scales.max() ?? 0, 2)), names)
  }

  /// `channels 512` where all that are known agree; nil where none is known.
  private static func words(_ name: String, _ sizes: [Int?]) -> String? {
    let known = sizes.compactMap { $0 }
    guard let first = known.first else { return nil }
    if known.allSatisfy({ $0 == first }) { return "\(name) \(first)" }
    return name + " " + sizes.map { $0.map(String.init) ?? "?" }.joined(separator: " ")
  }

  private static func camPlusPlus(_ shapes: KeyShapes, _ names: LayerNames) -> Self? {
    guard
      ["xvector.tdnn.linear", "xvector.dense.linear", "head.layer1.0.conv1"].contains(where: names.has)
        || (1...3).contains(where: { names.has("xvector.block\($0)") || names.has("xvector.transit\($0)") })
    else { return nil }
    let growths = (1...3).lazy.compactMap { block in
      shapes.shape("xvector.block\(block).tdnnd1.cam_layer.linear_local.weight", 3)?[0]
    }
    let dense: [(Text, Int)] = [("xvector.dense.linear.weight", 3), ("xvector.dense.linear.weight", 2)]
    return Self(
      [.camPlusPlus],
      [
        shapes.shape("xvector.tdnn.linear.weight", 3).map { "init_channels \($0[0])" },
        growths.first.map { "growth_rate \($0)" }, embedding(shapes.outputs(dense, or: nil)),
      ], BackboneLayers.camPlusPlus((1...3).map { layers($0, growths.first, shapes, names) }), names)
  }

  /// The layers of a dense block of a CAM++: as many as are numbered, or as make what follows fit what comes before.
  private static func layers(_ block: Int, _ growth: Int?, _ shapes: KeyShapes, _ names: LayerNames) -> Int {
    let numbered = max(names.end("xvector.block\(block).tdnnd") - 1, 1)
    let before: Text = block == 1 ? "xvector.tdnn" : "xvector.transit\(block - 1)"
    guard let growth, let inputs = shapes.shape(before + ".linear.weight", 3)?[0],
      let outputs = shapes.shape("xvector.transit\(block).linear.weight", 3)?[1]
    else { return min(numbered, most) }
    return min(max(numbered, (outputs - inputs) / growth), most)
  }

  private static func xvector(_ shapes: KeyShapes, _ names: LayerNames) -> Self? {
    guard (1...5).contains(where: { names.has("frame_\($0).conv_1d") }) else { return nil }
    return Self(
      [.xvector],
      [
        words("channels", (1...4).map { shapes.shape("frame_\($0).conv_1d.weight", 3)?[0] }),
        embedding(shapes.outputs([("seg_1.weight", 2)], or: nil)),
      ], BackboneLayers.xvector(), names)
  }
}
