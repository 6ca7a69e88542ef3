// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// Desplanques and others 2020, in either of the two forms that 3D-Speaker has.
  public static let ecapaTDNN = Self(rawValue: "ECAPA-TDNN")
}

/// ECAPA-TDNN: `speakerlab/models/ecapa_tdnn/ECAPA_TDNN.py`, and the same keys in `models/rdino` and `models/sdpn`.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | ECAPA-TDNN | `blocks.0.conv.conv.weight`, `asp.conv.conv.weight`, `fc.conv.weight` | `speakerlab/models/ecapa_tdnn/`, `rdino/`, `sdpn/` |
///
/// | network | folded | stays |
/// |---|---|---|
/// | ECAPA-TDNN | refused: each layer goes through ReLU before its norm | |
enum ECAPATDNNFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.ecapaTDNN]
  static let firstParts: [Text] = ["blocks", "mfa", "asp", "asp_bn", "fc"]

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let first = shapes.shape("blocks.0.conv.conv.weight", 3),
      let mfa = shapes.shape("mfa.conv.conv.weight", 3), let asp = shapes.shape("asp.conv.conv.weight", 3),
      let tdnn = shapes.shape("asp.tdnn.conv.conv.weight", 3),
      let embedding = shapes.outputs([("fc.conv.weight", 3), ("fc.conv.bias", 1)], or: asked)
    else { return nil }
    var channels = [first[0]]
    var kernels = [first[2]]
    while let block = shapes.shape("blocks.\(channels.count).tdnn2.conv.conv.weight", 3) {
      let name = "blocks.\(channels.count)"
      guard let part = shapes.shape("\(name).res2net_block.blocks.0.conv.conv.weight", 3) else { return nil }
      channels.append(block[0])
      kernels.append(part[2])
    }
    // A block that is missing would make another network of the others.
    let names = shapes.names
    guard channels.count > 1, names.end("blocks.") == channels.count,
      mfa[1] == channels.dropFirst().reduce(0, +),
      let squeeze = shapes.shape("blocks.1.se_block.conv1.conv.weight", 3)
    else { return nil }
    let parts = shapes.count { "blocks.1.res2net_block.blocks.\($0).conv.conv.weight" }
    let isSelfSupervised = shapes.names(module: "instancenorm", beside: "blocks")
    return Backbone(
      family: .ecapaTDNN, embedding: embedding, mels: first[1],
      frontEnd: isSelfSupervised.map { $0 ? .mel : .fbank },
      missing: names.missing(layers(blocks: channels.count - 1, scale: parts + 1)),
      sizes: [
        "channels": channels + [mfa[0]], "kernel_sizes": kernels + [mfa[2]], "attention_channels": [asp[1]],
        "res2net_scale": [parts + 1], "se_channels": [squeeze[0]],
        "global_context": [tdnn[1] == 3 * mfa[0] ? 1 : 0],
      ])
  }

  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    let most = BackboneLikeness.most
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
    return BackboneLikeness(
      families,
      sizes: [
        BackboneLikeness.words("channels", channels),
        BackboneLikeness.words("embedding", [shapes.outputs([("fc.conv.weight", 3)], or: nil)]),
      ], layers: layers(blocks: max(end - 1, 3), scale: max(scales.max() ?? 0, 2)), in: names)
  }

  /// `mfa` takes `channels[-1]` inputs: what the blocks give together.
  static func misfit(_ backbone: Backbone) -> String? {
    let channels = backbone.sizes["channels"] ?? []
    let joined = channels.dropFirst().dropLast().reduce(0, +)
    guard let last = channels.last, last != joined else { return nil }
    return "channels end in \(last), and the blocks before it have \(joined) together"
  }

  static func norms(of family: Backbone.Family) -> NormPlaces { norms }

  static let norms = NormPlaces.never(
    "each layer goes through ReLU before its batch norm (layer, ReLU, batch norm)")

  /// - Parameters:
  ///   - blocks: those after the first layer.
  ///   - scale: parts that a block's channels are split into.
  private static func layers(blocks: Int, scale: Int) -> [String] {
    var layers = ["blocks.0.conv.conv.weight", "blocks.0.norm.norm.weight"]
    for block in 1..<max(blocks, 0) + 1 {
      let name = "blocks.\(block)."
      layers += tdnn(name + "tdnn1")
      for part in 0..<max(scale - 1, 1) { layers += tdnn("\(name)res2net_block.blocks.\(part)") }
      layers += tdnn(name + "tdnn2")
      layers += ["\(name)se_block.conv1.conv.weight", "\(name)se_block.conv2.conv.weight"]
    }
    return layers + tdnn("mfa") + tdnn("asp.tdnn")
      + ["asp.conv.conv.weight", "asp_bn.norm.weight", "fc.conv.weight"]
  }

  private static func tdnn(_ name: String) -> [String] {
    ["\(name).conv.conv.weight", "\(name).norm.norm.weight"]
  }
}
