// SPDX-License-Identifier: Apache-2.0

extension Backbone.Family {
  /// Wang and others 2023: densely connected layers over time, masked by their context.
  public static let camPlusPlus = Self(rawValue: "CAM++")
}

/// CAM++: `speakerlab/models/campplus/DTDNN.py`. Its convolutional front end is called `head`.
///
/// | network | told by | upstream's source |
/// |---|---|---|
/// | CAM++ | `head.conv1.weight` and `xvector.tdnn.linear.weight` | `speakerlab/models/campplus/DTDNN.py` (line 61 names the front end `head`) |
///
/// | network | folded | stays |
/// |---|---|---|
/// | CAM++ | the front end `head`, `tdnn`, `nonlinear2` of each layer, `out_nonlinear` after the last transit, `dense` | `nonlinear1` and the transit norms, which come before their layers |
enum CAMPPlusFamily: BackboneFamily {
  static let families: [Backbone.Family] = [.camPlusPlus]
  static let firstParts: [Text] = ["head", "xvector"]

  static func recognise(_ shapes: KeyShapes, embedding asked: Int?) -> Backbone? {
    guard let head = shapes.shape("head.conv1.weight", 4),
      let tdnn = shapes.shape("xvector.tdnn.linear.weight", 3),
      let embedding = shapes.outputs(
        [
          ("xvector.dense.linear.weight", 3), ("xvector.dense.linear.weight", 2),
          ("xvector.dense.nonlinear.batchnorm.running_mean", 1),
        ], or: asked),
      let growth = shapes.shape("xvector.block1.tdnnd1.cam_layer.linear_local.weight", 3),
      let bottleneck = shapes.shape("xvector.block1.tdnnd1.linear1.weight", 3)
    else { return nil }
    let counts = (1...3).map { block in
      shapes.count { "xvector.block\(block).tdnnd\($0 + 1).linear1.weight" }
    }
    // A layer that is missing would make another network of the others.
    let names = shapes.names
    var channels = tdnn[0]
    for (index, count) in counts.enumerated() {
      guard count > 0, names.end("xvector.block\(index + 1).tdnnd") == count + 1 else { return nil }
      channels += count * growth[0]
      let transit = shapes.shape("xvector.transit\(index + 1).linear.weight", 3)
      guard transit.map({ $0[1] == channels }) ?? true else { return nil }
      channels = transit?[0] ?? channels / 2
    }
    return Backbone(
      family: .camPlusPlus, embedding: embedding, mels: tdnn[1] / head[0] * 8, frontEnd: nil,
      missing: names.missing(layers(counts)),
      sizes: [
        "m_channels": [head[0]], "init_channels": [tdnn[0]], "growth_rate": [growth[0]], "layers": counts,
        "bottleneck": [bottleneck[0]],
      ])
  }

  static func likeness(_ shapes: KeyShapes, _ names: LayerNames) -> BackboneLikeness? {
    guard
      ["xvector.tdnn.linear", "xvector.dense.linear", "head.layer1.0.conv1"].contains(where: names.has)
        || (1...3).contains(where: { names.has("xvector.block\($0)") || names.has("xvector.transit\($0)") })
    else { return nil }
    let growths = (1...3).lazy.compactMap { block in
      shapes.shape("xvector.block\(block).tdnnd1.cam_layer.linear_local.weight", 3)?[0]
    }
    let dense: [(Text, Int)] = [("xvector.dense.linear.weight", 3), ("xvector.dense.linear.weight", 2)]
    return BackboneLikeness(
      families,
      sizes: [
        shapes.shape("xvector.tdnn.linear.weight", 3).map { "init_channels \($0[0])" },
        growths.first.map { "growth_rate \($0)" },
        BackboneLikeness.words("embedding", [shapes.outputs(dense, or: nil)]),
      ], layers: layers((1...3).map { count(block: $0, growth: growths.first, shapes, names) }), in: names)
  }

  /// The layers of a dense block: as many as are numbered, or as make what follows fit what comes before.
  private static func count(block: Int, growth: Int?, _ shapes: KeyShapes, _ names: LayerNames) -> Int {
    let most = BackboneLikeness.most
    let numbered = max(names.end("xvector.block\(block).tdnnd") - 1, 1)
    let before: Text = block == 1 ? "xvector.tdnn" : "xvector.transit\(block - 1)"
    guard let growth, let inputs = shapes.shape(before + ".linear.weight", 3)?[0],
      let outputs = shapes.shape("xvector.transit\(block).linear.weight", 3)?[1]
    else { return min(numbered, most) }
    return min(max(numbered, (outputs - inputs) / growth), most)
  }

  static func misfit(_ backbone: Backbone) -> String? {
    let growth = backbone.sizes["growth_rate"]?.first ?? 1
    let bottleneck = backbone.sizes["bottleneck"]?.first ?? 0
    guard bottleneck.isMultiple(of: max(growth, 1)) else {
      return "bottleneck \(bottleneck), which is no multiple of growth_rate \(growth)"
    }
    return backbone.difference("m_channels", from: [32]) ?? backbone.difference("layers", from: [12, 24, 16])
  }

  /// `DTDNN.py` and `layers.py`. `nonlinear1` and the `transit` norms come before their layers, after a concatenation;
  /// `out_nonlinear` follows the last transit layer.
  static func norms(of family: Backbone.Family) -> NormPlaces {
    .known([
      NormRule(layer: "head.conv1", norm: "head.bn1"), NormRule(layer: "head.conv2", norm: "head.bn2"),
      NormRule(layer: "head.layer*.*.conv1", norm: "head.layer$1.$2.bn1"),
      NormRule(layer: "head.layer*.*.conv2", norm: "head.layer$1.$2.bn2"),
      NormRule(layer: "head.layer*.*.shortcut.0", norm: "head.layer$1.$2.shortcut.1"),
      NormRule(layer: "xvector.tdnn.linear", norm: "xvector.tdnn.nonlinear.batchnorm"),
      NormRule(layer: "xvector.block*.tdnnd*.linear1", norm: "xvector.block$1.tdnnd$2.nonlinear2.batchnorm"),
      NormRule(layer: "xvector.transit3.linear", norm: "xvector.out_nonlinear.batchnorm"),
      NormRule(layer: "xvector.dense.linear", norm: "xvector.dense.nonlinear.batchnorm"),
    ])
  }

  /// - Parameter counts: the layers of each dense block.
  private static func layers(_ counts: [Int]) -> [String] {
    var layers = ["head.conv1.weight", "head.bn1.weight"]
    for stage in 1...2 {
      for block in 0...1 {
        let name = "head.layer\(stage).\(block)."
        layers += ["conv1.weight", "bn1.weight", "conv2.weight", "bn2.weight"].map { name + $0 }
      }
    }
    layers += ["head.conv2.weight", "head.bn2.weight"]
    layers += ["xvector.tdnn.linear.weight", "xvector.tdnn.nonlinear.batchnorm.weight"]
    for (index, count) in counts.enumerated() {
      for layer in 1..<max(count, 0) + 1 {
        let name = "xvector.block\(index + 1).tdnnd\(layer)."
        layers += [
          "nonlinear1.batchnorm.weight", "linear1.weight", "nonlinear2.batchnorm.weight",
          "cam_layer.linear_local.weight", "cam_layer.linear1.weight", "cam_layer.linear2.weight",
        ].map { name + $0 }
      }
      let transit = "xvector.transit\(index + 1)."
      layers += [transit + "nonlinear.batchnorm.weight", transit + "linear.weight"]
    }
    return layers + [
      "xvector.out_nonlinear.batchnorm.weight", "xvector.dense.linear.weight",
      "xvector.dense.nonlinear.batchnorm.running_mean",
    ]
  }
}
