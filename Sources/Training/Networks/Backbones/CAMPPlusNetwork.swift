// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// CAM++ (Wang et al. 2023, "CAM++: A fast and efficient network for speaker verification using context-aware
/// masking") as 3D-Speaker builds it: `speakerlab/models/campplus/DTDNN.py`.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class CAMPPlusNetwork<Numbers: Kernels>: SpeakerNetwork {
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

  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package init(
    _ configuration: CAMPPlusConfiguration, source: any ParameterSource
  ) throws(CheckpointError) {
    guard configuration.isSound else {
      throw CheckpointError(.misfit, "these sizes do not make a CAM++: \(configuration)")
    }
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

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  package func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    let z = begin(tape, head(tape, features))
    var width = configuration.channels
    // Where the channels that a block begins with come from.
    var write = { [tdnnNorm] (target: Variable<Real>) in
      _ = tape.normalise(z, tdnnNorm, then: .relu, into: target)
    }
    for (layers, transit) in blocks.dropLast() {
      let x = channels(tape, z, width, through: layers, write)
      write = { transit(tape, x, into: $0) }
      width = x.count / 2
    }
    let last = blocks[blocks.count - 1]
    let x = last.transit(tape, channels(tape, z, width, through: last.layers, write))
    let pooled = tape.unbiasedStatistics(tape.normalise(x, outNorm, then: .relu), epsilon: 0)
    return tape.normalise(tape.linear(pooled, weight: dense.weight.variable), denseNorm, then: .none)
  }

  /// The first convolution over time. Upstream lays the head's channels and frequencies out as one, channel by channel:
  /// then its weight is, number by number, that of a kernel as high as all frequencies.
  private func begin(_ tape: Tape<Numbers>, _ map: Map2d<Real>) -> Variable<Real> {
    let geometry = Geometry2d(
      frequencies: map.frequencies, frames: map.frames,
      kernel: .init(frequency: map.frequencies, time: tdnn.geometry.kernel),
      stride: .init(frequency: 1, time: tdnn.geometry.stride),
      padding: .init(frequency: 0, time: tdnn.geometry.padding))
    return tape.convolution2d(map, weight: tdnn.weight.variable, geometry).variable
  }

  /// A block: `width` channels that `write` gives, then those of its layers.
  private func channels(
    _ tape: Tape<Numbers>, _ rows: Variable<Real>, _ width: Int, through layers: [CAMPPlusLayer<Real>],
    _ write: (Variable<Real>) -> Void
  ) -> DenseChannels<Numbers> {
    let x = DenseChannels(
      tape, batch: rows.batch, positions: rows.positions,
      channels: width + layers.count * configuration.growth)
    x.append(width, write)
    for layer in layers { layer(tape, x) }
    return x
  }
}

extension CAMPPlusNetwork {
  package var front: FrontEnd { .fbank }
  package var inputs: Int { configuration.inputs }
  package var embedding: Int { configuration.embedding }
  /// Two frames after a step of 2: the deviation is the unbiased one.
  package var shortestInput: Int { 3 }
}
