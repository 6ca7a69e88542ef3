// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// One `SERes2NetBlock` of ECAPA-TDNN.
struct SERes2NetBlock<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let tdnn1: TDNNBlock<Real>
  let res2net: [TDNNBlock<Real>]
  let tdnn2: TDNNBlock<Real>
  let squeeze: Convolution1d<Real>
  let excite: Convolution1d<Real>
  let shortcut: Convolution1d<Real>?
  let outputs: Int

  init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, squeezed: Int, scale: Int, kernel: Int, dilation: Int
  ) throws(CheckpointError) {
    self.outputs = outputs
    tdnn1 = try TDNNBlock(scope["tdnn1"], inputs: inputs, outputs: outputs)
    var parts: [TDNNBlock<Real>] = []
    for part in 0..<(scale - 1) {
      parts.append(
        try TDNNBlock(
          scope["res2net_block"]["blocks", part], inputs: outputs / scale, outputs: outputs / scale,
          kernel: kernel, dilation: dilation))
    }
    res2net = parts
    tdnn2 = try TDNNBlock(scope["tdnn2"], inputs: outputs, outputs: outputs)
    squeeze = try Convolution1d(scope["se_block"]["conv1"], inputs: outputs, outputs: squeezed)
    excite = try Convolution1d(scope["se_block"]["conv2"], inputs: squeezed, outputs: outputs)
    shortcut =
      inputs == outputs ? nil : try Convolution1d(scope["shortcut"], inputs: inputs, outputs: outputs)
  }

  /// The block's output goes into `target`.
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>, into target: Variable<Real>
  ) where Numbers.Real == Real {
    let split = tdnn1(tape, x)
    let joined = tape.make(
      batch: x.batch, positions: x.positions, channels: outputs, requiresGradient: false)
    let width = outputs / (res2net.count + 1)
    tape.copy(split.channels(0..<width), into: joined.channels(0..<width))
    var previous: Variable<Real>?
    for (index, block) in res2net.enumerated() {
      let part = ((index + 1) * width)..<((index + 2) * width)
      previous = block(tape, split.channels(part), plus: previous, into: joined.channels(part))
    }
    let y = tdnn2(tape, joined)
    var residual = x
    if let shortcut {
      residual = tape.convolution(x, weight: shortcut.weight.variable)
      residual = tape.addBias(residual, shortcut.bias.variable)
    }
    let weights = ExcitationWeights(
      weight1: squeeze.weight.variable, bias1: squeeze.bias.variable, weight2: excite.weight.variable,
      bias2: excite.bias.variable)
    tape.squeezeExcite(y, weights, residual: residual, into: target)
  }
}

/// Attentive statistics pooling (Okabe et al. 2018) with global context.
struct AttentiveStatisticsPooling<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let tdnn: TDNNBlock<Real>
  let conv: Convolution1d<Real>
  let channels: Int
  let usesContext: Bool

  init(
    _ scope: Scope<Real>, channels: Int, attention: Int, usesContext: Bool
  ) throws(CheckpointError) {
    self.channels = channels
    self.usesContext = usesContext
    tdnn = try TDNNBlock(
      scope["tdnn"], inputs: usesContext ? 3 * channels : channels, outputs: attention)
    conv = try Convolution1d(scope["conv"], inputs: attention, outputs: channels)
  }

  /// Mean and deviation, side by side: one row of 2 x channels for each utterance.
  ///
  /// The attention's input is [x, mean, deviation] at each frame; the last two are the same at all
  /// frames, so their product with the weight is taken once for each utterance.
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>
  ) -> Variable<Real> where Numbers.Real == Real {
    let weight = tdnn.conv.weight.variable
    var context: Variable<Real>?
    if usesContext {
      context = tape.linear(
        tape.statistics(x), weight: weight.channels(channels..<(3 * channels)))
    }
    let z = tape.convolution(x, weight: weight.channels(0..<channels))
    let hidden = tape.tanh(
      tape.normalise(z, bias: tdnn.conv.bias.variable, context: context, .relu, tdnn.norm))
    let logits = tape.convolution(hidden, weight: conv.weight.variable)
    return tape.attentiveStatistics(x, logits: logits, bias: conv.bias.variable)
  }
}
