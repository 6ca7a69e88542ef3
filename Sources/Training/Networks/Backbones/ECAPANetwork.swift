// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// ECAPA-TDNN (Desplanques et al. 2020) as 3D-Speaker builds it, in both its forms.
///
/// The registry's order, keys and shapes are those of upstream's `state_dict()`.
package final class ECAPANetwork<Numbers: Kernels>: SpeakerNetwork {
  package typealias Real = Numbers.Real

  package let configuration: ECAPAConfiguration
  package let front: FrontEnd
  package let registry = Registry<Real>()
  private let first: TDNNBlock<Real>
  private let blocks: [SERes2NetBlock<Real>]
  private let mfa: TDNNBlock<Real>
  private let asp: AttentiveStatisticsPooling<Real>
  private let aspNorm: BatchNorm<Real>
  private let fc: Convolution1d<Real>

  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package init(
    _ configuration: ECAPAConfiguration, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) {
    guard configuration.isSound else {
      throw CheckpointError(.misfit, "these sizes do not make an ECAPA-TDNN: \(configuration)")
    }
    self.configuration = configuration
    self.front = front
    let scope = Scope(registry, source: source)
    let (channels, kernels) = (configuration.channels, configuration.kernels)
    let last = channels.count - 1
    first = try TDNNBlock(
      scope["blocks", 0], inputs: configuration.inputs, outputs: channels[0], kernel: kernels[0],
      dilation: configuration.dilations[0])
    var blocks: [SERes2NetBlock<Real>] = []
    for index in 1..<last {
      blocks.append(
        try SERes2NetBlock(
          scope["blocks", index], inputs: channels[index - 1], outputs: channels[index],
          squeezed: configuration.squeezeChannels, scale: configuration.scale, kernel: kernels[index],
          dilation: configuration.dilations[index]))
    }
    self.blocks = blocks
    mfa = try TDNNBlock(
      scope["mfa"], inputs: channels[1..<last].reduce(0, +), outputs: channels[last],
      kernel: kernels[last], dilation: configuration.dilations[last])
    asp = try AttentiveStatisticsPooling(
      scope["asp"], channels: channels[last], attention: configuration.attentionChannels,
      usesContext: configuration.usesGlobalContext)
    aspNorm = try BatchNorm(scope["asp_bn"]["norm"], channels: 2 * channels[last])
    fc = try Convolution1d(scope["fc"], inputs: 2 * channels[last], outputs: configuration.embedding)
  }

  /// Embeddings, one row for each utterance, of features of `inputs` channels.
  package func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    var x = first(tape, front == .mel ? tape.logInstanceNorm(features) : features)
    let joined = tape.make(
      batch: x.batch, positions: x.positions, channels: blocks.reduce(0) { $0 + $1.outputs },
      requiresGradient: false)
    var start = 0
    for block in blocks {
      let output = joined.channels(start..<(start + block.outputs))
      block(tape, x, into: output)
      start += block.outputs
      x = output
    }
    let pooled = tape.normalise(asp(tape, mfa(tape, joined)), .none, aspNorm)
    return tape.linear(pooled, weight: fc.weight.variable, bias: fc.bias.variable)
  }
}

extension ECAPANetwork {
  package var inputs: Int { configuration.inputs }
  package var embedding: Int { configuration.embedding }
  package var shortestInput: Int { configuration.shortestInput }
}
