// SPDX-License-Identifier: Apache-2.0

extension Backbone {
  /// Recognises a network of 3D-Speaker; nil where no family fits, or keys and shapes do not tell every size.
  ///
  /// - Parameter embedding: the length of embeddings, taken where the last layer, which tells it, is not there.
  package init?(_ shapes: KeyShapes, embedding: Int? = nil) {
    for recognise in [Self.ecapaTDNN, Self.camPlusPlus, Self.eres2Net, Self.resNet34, Self.xvector] {
      guard let found = recognise(shapes, embedding) else { continue }
      self = found
      return
    }
    guard let found = Self.classifier(shapes) else { return nil }
    self = found
  }

  /// Recognises what a state dict holds below a prefix, which is empty or ends with its dot.
  public init?(_ state: StateDict, in document: Document, under prefix: Text = "") {
    self.init(KeyShapes(state, in: document, under: prefix))
  }

  /// `speakerlab/models/ecapa_tdnn/ECAPA_TDNN.py`, and the same keys in `models/rdino` and `models/sdpn`.
  private static func ecapaTDNN(_ shapes: KeyShapes, _ asked: Int?) -> Backbone? {
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
    let layers = BackboneLayers.ecapaTDNN(blocks: channels.count - 1, scale: parts + 1)
    let isSelfSupervised = shapes.names(module: "instancenorm", beside: "blocks")
    return Backbone(
      family: .ecapaTDNN, embedding: embedding, mels: first[1],
      frontEnd: isSelfSupervised.map { $0 ? .mel : .fbank },
      missing: BackboneLayers.missing(layers, in: names),
      sizes: [
        "channels": channels + [mfa[0]], "kernel_sizes": kernels + [mfa[2]], "attention_channels": [asp[1]],
        "res2net_scale": [parts + 1], "se_channels": [squeeze[0]],
        "global_context": [tdnn[1] == 3 * mfa[0] ? 1 : 0],
      ])
  }

  /// `speakerlab/models/campplus/DTDNN.py`. Its convolutional front end is called `head`.
  private static func camPlusPlus(_ shapes: KeyShapes, _ asked: Int?) -> Backbone? {
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
    let layers = (1...3).map { block in
      shapes.count { "xvector.block\(block).tdnnd\($0 + 1).linear1.weight" }
    }
    // A layer that is missing would make another network of the others.
    let names = shapes.names
    var channels = tdnn[0]
    for (index, count) in layers.enumerated() {
      guard count > 0, names.end("xvector.block\(index + 1).tdnnd") == count + 1 else { return nil }
      channels += count * growth[0]
      let transit = shapes.shape("xvector.transit\(index + 1).linear.weight", 3)
      guard transit.map({ $0[1] == channels }) ?? true else { return nil }
      channels = transit?[0] ?? channels / 2
    }
    return Backbone(
      family: .camPlusPlus, embedding: embedding, mels: tdnn[1] / head[0] * 8, frontEnd: nil,
      missing: BackboneLayers.missing(BackboneLayers.camPlusPlus(layers), in: names),
      sizes: [
        "m_channels": [head[0]], "init_channels": [tdnn[0]], "growth_rate": [growth[0]], "layers": layers,
        "bottleneck": [bottleneck[0]],
      ])
  }

  /// `speakerlab/models/eres2net/` and `speakerlab/models/res2net/Res2Net.py`.
  private static func eres2Net(_ shapes: KeyShapes, _ asked: Int?) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4),
      let width = shapes.shape("layer4.0.convs.0.weight", 4),
      let first = shapes.shape("layer1.0.conv1.weight", 4),
      let part = shapes.shape("layer1.0.convs.0.weight", 4),
      let out = shapes.shape("layer1.0.conv3.weight", 4),
      let embedding = shapes.outputs([("seg_1.weight", 2), ("seg_1.bias", 1)], or: asked),
      let counts = stages(shapes)
    else { return nil }
    let m = stem[0]
    let convolutions = shapes.count { "layer1.0.convs.\($0).weight" }
    let expansion = out[0] / m
    let names = shapes.names
    let has = { (family: Family) in BackboneLayers.fusions(family).contains { names.gap(at: Text($0)) == nil }
    }
    let family: Family
    var scale = convolutions
    switch (has(.eres2Net), has(.eres2NetV2)) {
    case (true, true): return nil
    case (false, true): family = .eres2NetV2
    case (true, false): family = scale == 3 && expansion == 4 ? .eres2NetHuge : .eres2Net
    case (false, false):
      // The last part passes through a block of Res2Net unchanged, so that it has no convolution.
      family = .res2Net
      scale += 1
    }
    // An ERes2Net without what fuses is no Res2Net: every part of its blocks is convolved.
    guard expansion > 0, convolutions > 0, first[0] == part[0] * scale else { return nil }
    // The last stage has width = floor(8 m baseWidth / 64), the others floors of it over 8, 4 and 2: the least base
    // width that gives it gives them all.
    let baseWidth = (width[0] * 8 + m - 1) / m
    let hasTwoLayers = names.has("seg_2") || names.has("seg_bn_1")
    let layers = BackboneLayers.residual(
      family, counts: counts, convolutions: convolutions, widens: expansion > 1, hasTwoLayers: hasTwoLayers)
    return Backbone(
      family: family, embedding: embedding, mels: mels(shapes, channels: m * expansion), frontEnd: nil,
      missing: BackboneLayers.missing(layers, in: names),
      sizes: [
        "m_channels": [m], "baseWidth": [baseWidth], "scale": [scale], "expansion": [expansion],
        "num_blocks": counts, "two_emb_layer": [hasTwoLayers ? 1 : 0],
      ])
  }

  /// `speakerlab/models/resnet/ResNet.py`. torchvision's networks have the same blocks, but no `seg_1`.
  private static func resNet34(_ shapes: KeyShapes, _ asked: Int?) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4), shapes.shape("layer1.0.conv2.weight", 4) != nil,
      stem[1] == 1, !shapes.has("layer1.0.conv3.weight"), !shapes.has("layer1.0.convs.0.weight"),
      let embedding = shapes.outputs(
        [("seg_1.weight", 2), ("seg_1.bias", 1), ("seg_2.weight", 2)], or: asked),
      let counts = stages(shapes)
    else { return nil }
    let names = shapes.names
    // Where nothing of the last layers is left they are as upstream's class makes them: two.
    let hasTwoLayers = names.has("seg_2") || names.has("seg_bn_1") || !names.has("seg_1")
    let layers = BackboneLayers.residual(
      .resNet34, counts: counts, convolutions: 0, widens: false, hasTwoLayers: hasTwoLayers)
    return Backbone(
      family: .resNet34, embedding: embedding, mels: mels(shapes, channels: stem[0]), frontEnd: nil,
      missing: BackboneLayers.missing(layers, in: names),
      sizes: [
        "m_channels": [stem[0]], "num_blocks": counts, "two_emb_layer": [hasTwoLayers ? 1 : 0],
      ])
  }

  /// The blocks of each stage; nil where one is missing between others, or a whole stage.
  private static func stages(_ shapes: KeyShapes) -> [Int]? {
    let names = shapes.names
    var counts: [Int] = []
    for stage in 1...4 {
      let count = shapes.count { "layer\(stage).\($0).conv1.weight" }
      guard count > 0, names.end("layer\(stage).") == count else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// The mel bins that `seg_1` takes: mean and deviation of an eighth of them for eight times the channels. Where it is
  /// not there, nothing depends on them, and they are what the front ends give.
  private static func mels(_ shapes: KeyShapes, channels: Int) -> Int {
    shapes.shape("seg_1.weight", 2).map { $0[1] / (2 * channels) } ?? 80
  }

  /// `speakerlab/models/xvector/TDNN.py`.
  private static func xvector(_ shapes: KeyShapes, _ asked: Int?) -> Backbone? {
    guard let first = shapes.shape("frame_1.conv_1d.weight", 3),
      let embedding = shapes.outputs([("seg_1.weight", 2), ("seg_1.bias", 1)], or: asked)
    else { return nil }
    let frames = shapes.count { "frame_\($0 + 1).conv_1d.weight" }
    let weights = (1...frames).compactMap { shapes.shape("frame_\($0).conv_1d.weight", 3) }
    let names = shapes.names
    guard weights.count == frames, frames >= 5, names.end("frame_") == frames + 1 else { return nil }
    return Backbone(
      family: .xvector, embedding: embedding, mels: first[1], frontEnd: nil,
      missing: BackboneLayers.missing(BackboneLayers.xvector(), in: names),
      sizes: ["channels": weights.map { $0[0] }, "kernel_sizes": weights.map { $0[2] }])
  }

  /// `speakerlab/models/campplus/classifier.py`: `weight`, or `linear.weight` and `linear.bias`,
  /// after some blocks.
  private static func classifier(_ shapes: KeyShapes) -> Backbone? {
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
}
