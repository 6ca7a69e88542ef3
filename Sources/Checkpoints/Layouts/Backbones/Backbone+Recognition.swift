// SPDX-License-Identifier: Apache-2.0

extension Backbone {
  /// Recognises a network of 3D-Speaker; nil where no family fits.
  package init?(_ shapes: KeyShapes) {
    for recognise in [
      Self.ecapaTDNN, Self.camPlusPlus, Self.eres2Net, Self.resNet34, Self.xvector, Self.classifier,
    ] {
      guard let found = recognise(shapes) else { continue }
      self = found
      return
    }
    return nil
  }

  /// Recognises what a state dict holds below a prefix, which is empty or ends with its dot.
  public init?(_ state: StateDict, in document: Document, under prefix: Text = "") {
    self.init(KeyShapes(state, in: document, under: prefix))
  }

  /// `speakerlab/models/ecapa_tdnn/ECAPA_TDNN.py`, and the same keys in `models/rdino` and `models/sdpn`.
  private static func ecapaTDNN(_ shapes: KeyShapes) -> Backbone? {
    guard let first = shapes.shape("blocks.0.conv.conv.weight", 3),
      let mfa = shapes.shape("mfa.conv.conv.weight", 3), let asp = shapes.shape("asp.conv.conv.weight", 3),
      let tdnn = shapes.shape("asp.tdnn.conv.conv.weight", 3), let fc = shapes.shape("fc.conv.weight", 3)
    else { return nil }
    var channels = [first[0]]
    var kernels = [first[2]]
    while let block = shapes.shape("blocks.\(channels.count).tdnn2.conv.conv.weight", 3) {
      let name = "blocks.\(channels.count)"
      guard let part = shapes.shape("\(name).res2net_block.blocks.0.conv.conv.weight", 3) else { return nil }
      channels.append(block[0])
      kernels.append(part[2])
    }
    guard channels.count > 1, let squeeze = shapes.shape("blocks.1.se_block.conv1.conv.weight", 3) else {
      return nil
    }
    let parts = shapes.count { "blocks.1.res2net_block.blocks.\($0).conv.conv.weight" }
    let isSelfSupervised = shapes.names(module: "instancenorm", beside: "blocks")
    return Backbone(
      family: .ecapaTDNN, embedding: fc[0], mels: first[1],
      frontEnd: isSelfSupervised.map { $0 ? .mel : .fbank },
      sizes: [
        "channels": channels + [mfa[0]], "kernel_sizes": kernels + [mfa[2]], "attention_channels": [asp[1]],
        "res2net_scale": [parts + 1], "se_channels": [squeeze[0]],
        "global_context": [tdnn[1] == 3 * mfa[0] ? 1 : 0],
      ])
  }

  /// `speakerlab/models/campplus/DTDNN.py`. Its convolutional front end is called `head`.
  private static func camPlusPlus(_ shapes: KeyShapes) -> Backbone? {
    guard let head = shapes.shape("head.conv1.weight", 4),
      let tdnn = shapes.shape("xvector.tdnn.linear.weight", 3),
      let dense = shapes.shape("xvector.dense.linear.weight", 3)
        ?? shapes.shape("xvector.dense.linear.weight", 2),
      let growth = shapes.shape("xvector.block1.tdnnd1.cam_layer.linear_local.weight", 3),
      let bottleneck = shapes.shape("xvector.block1.tdnnd1.linear1.weight", 3)
    else { return nil }
    let layers = (1...3).map { block in
      shapes.count { "xvector.block\(block).tdnnd\($0 + 1).linear1.weight" }
    }
    return Backbone(
      family: .camPlusPlus, embedding: dense[0], mels: tdnn[1] / head[0] * 8, frontEnd: nil,
      sizes: [
        "m_channels": [head[0]], "init_channels": [tdnn[0]], "growth_rate": [growth[0]], "layers": layers,
        "bottleneck": [bottleneck[0]],
      ])
  }

  /// `speakerlab/models/eres2net/` and `speakerlab/models/res2net/Res2Net.py`.
  private static func eres2Net(_ shapes: KeyShapes) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4),
      let width = shapes.shape("layer4.0.convs.0.weight", 4),
      let out = shapes.shape("layer1.0.conv3.weight", 4), let segment = shapes.shape("seg_1.weight", 2)
    else { return nil }
    let m = stem[0]
    let convolutions = shapes.count { "layer1.0.convs.\($0).weight" }
    let expansion = out[0] / m
    let family: Family
    var scale = convolutions
    if shapes.has("fuse34.local_att.0.weight"), shapes.has("layer3_ds.weight") {
      family = .eres2NetV2
    } else if shapes.has("fuse_mode1234.local_att.0.weight") {
      family = scale == 3 && expansion == 4 ? .eres2NetHuge : .eres2Net
    } else {
      // The last part passes through a block of Res2Net unchanged, so that it has no convolution.
      family = .res2Net
      scale += 1
    }
    guard expansion > 0, convolutions > 0 else { return nil }
    // The last stage has width = floor(8 m baseWidth / 64), the others floors of it over 8, 4 and 2: the least base
    // width that gives it gives them all.
    let baseWidth = (width[0] * 8 + m - 1) / m
    return Backbone(
      family: family, embedding: segment[0], mels: segment[1] / (2 * m * expansion), frontEnd: nil,
      sizes: [
        "m_channels": [m], "baseWidth": [baseWidth], "scale": [scale], "expansion": [expansion],
        "num_blocks": stages(shapes), "two_emb_layer": [shapes.has("seg_2.weight") ? 1 : 0],
      ])
  }

  /// `speakerlab/models/resnet/ResNet.py`. torchvision's networks have the same blocks, but no `seg_1`.
  private static func resNet34(_ shapes: KeyShapes) -> Backbone? {
    guard let stem = shapes.shape("conv1.weight", 4), shapes.shape("layer1.0.conv2.weight", 4) != nil,
      !shapes.has("layer1.0.conv3.weight"), let segment = shapes.shape("seg_1.weight", 2)
    else { return nil }
    return Backbone(
      family: .resNet34, embedding: segment[0], mels: segment[1] / (2 * stem[0]), frontEnd: nil,
      sizes: [
        "m_channels": [stem[0]], "num_blocks": stages(shapes),
        "two_emb_layer": [shapes.has("seg_2.weight") ? 1 : 0],
      ])
  }

  private static func stages(_ shapes: KeyShapes) -> [Int] {
    (1...4).map { stage in shapes.count { "layer\(stage).\($0).conv1.weight" } }
  }

  /// `speakerlab/models/xvector/TDNN.py`.
  private static func xvector(_ shapes: KeyShapes) -> Backbone? {
    guard let first = shapes.shape("frame_1.conv_1d.weight", 3), let segment = shapes.shape("seg_1.weight", 2)
    else { return nil }
    let frames = shapes.count { "frame_\($0 + 1).conv_1d.weight" }
    let weights = (1...frames).compactMap { shapes.shape("frame_\($0).conv_1d.weight", 3) }
    return Backbone(
      family: .xvector, embedding: segment[0], mels: first[1], frontEnd: nil,
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
