// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a CAM++.
package struct CAMPPlusConfiguration: Sendable, Equatable {
  /// One of the densely connected blocks.
  package struct Block: Sendable, Equatable {
    package var layers: Int
    package var dilation: Int
  }

  /// Mel bins.
  package var inputs = 80
  /// Channels of the two-dimensional head.
  package var headChannels = 32
  package var channels = 128
  package var blocks = [
    Block(layers: 12, dilation: 1), Block(layers: 24, dilation: 2), Block(layers: 16, dilation: 2),
  ]
  /// Channels that a layer adds, and those between its two convolutions.
  package var growth = 32
  package var bottleneck = 128
  package var embedding = 512

  package init(embedding: Int = 512) { self.embedding = embedding }
}

/// CAM++ (Wang et al. 2023, "CAM++: A fast and efficient network for speaker verification using context-aware
/// masking") as 3D-Speaker builds it: `speakerlab/models/campplus/DTDNN.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class CAMPPlusNetwork<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let configuration: CAMPPlusConfiguration
  package let registry = Registry<Real>()
  let head: CAMPPlusHead<Real>
  let tdnn: PlainConvolution1d<Real>
  let tdnnNorm: BatchNorm<Real>
  /// Each block, and the layer that halves its channels.
  let blocks: [(layers: [CAMPPlusLayer<Real>], transit: CAMPPlusTransit<Real>)]
  let outNorm: BatchNorm<Real>
  let dense: PlainConvolution1d<Real>
  let denseNorm: BatchNorm<Real>

  /// Throws what the source throws.
  package init(
    _ configuration: CAMPPlusConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.configuration = configuration
    let scope = Scope(registry, source: source)
    head = try CAMPPlusHead(
      scope["head"], inputs: configuration.inputs, channels: configuration.headChannels)
    let body = scope["xvector"]
    tdnn = try PlainConvolution1d(
      body["tdnn"]["linear"], inputs: head.outputs, outputs: configuration.channels,
      .init(kernel: 5, stride: 2, padding: 2), hasBias: false,
      initial: .kaimingNormal(fanIn: head.outputs * 5))
    tdnnNorm = try BatchNorm(body["tdnn"]["nonlinear"]["batchnorm"], channels: configuration.channels)
    var channels = configuration.channels
    var blocks: [(layers: [CAMPPlusLayer<Real>], transit: CAMPPlusTransit<Real>)] = []
    for (index, block) in configuration.blocks.enumerated() {
      var layers: [CAMPPlusLayer<Real>] = []
      for layer in 1...block.layers {
        layers.append(
          try CAMPPlusLayer(
            body["block\(index + 1)"]["tdnnd\(layer)"], inputs: channels,
            bottleneck: configuration.bottleneck,
            growth: configuration.growth, dilation: block.dilation))
        channels += configuration.growth
      }
      let transit = try CAMPPlusTransit(body["transit\(index + 1)"], inputs: channels, outputs: channels / 2)
      blocks.append((layers, transit))
      channels /= 2
    }
    self.blocks = blocks
    outNorm = try BatchNorm(body["out_nonlinear"]["batchnorm"], channels: channels)
    // Mean and deviation.
    dense = try PlainConvolution1d(
      body["dense"]["linear"], inputs: 2 * channels, outputs: configuration.embedding, hasBias: false,
      initial: .kaimingNormal(fanIn: 2 * channels))
    denseNorm = try BatchNorm(
      body["dense"]["nonlinear"]["batchnorm"], channels: configuration.embedding, affine: false)
  }
}
