// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// CAM++'s two-dimensional front end, `FCM`: residual blocks that take steps in frequency alone.
struct CAMPPlusHead<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let stem: Stem2d<Real>
  let layers: [[BasicBlock2d<Real>]]
  let conv2: Convolution2d<Real>
  let norm2: BatchNorm<Real>
  /// Channels times what is left of the frequencies.
  let outputs: Int

  init(_ scope: Scope<Real>, inputs: Int, channels: Int) throws(CheckpointError) {
    let step = Stride2d(frequency: 2, time: 1)
    stem = try Stem2d(scope, channels: channels)
    var layers: [[BasicBlock2d<Real>]] = []
    for layer in ["layer1", "layer2"] {
      layers.append([
        try BasicBlock2d(scope[layer, 0], inputs: channels, outputs: channels, stride: step),
        try BasicBlock2d(scope[layer, 1], inputs: channels, outputs: channels, stride: .one),
      ])
    }
    self.layers = layers
    conv2 = try Convolution2d(scope["conv2"], inputs: channels, outputs: channels, kernel: 3, stride: step)
    norm2 = try BatchNorm(scope["bn2"], channels: channels)
    outputs = channels * ((inputs + 7) / 8)
  }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ features: Variable<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    let x = layers.joined().reduce(stem(tape, tape.map(of: features))) { $1(tape, $0) }
    return tape.normalise(conv2(tape, x), norm2, then: .relu)
  }
}

/// One layer of a dense block, `CAMDenseTDNNLayer`: its outputs are put after its inputs.
struct CAMPPlusLayer<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let norm1: BatchNorm<Real>
  let linear1: PlainConvolution1d<Real>
  let norm2: BatchNorm<Real>
  let mask: ContextAwareMask<Real>

  init(
    _ scope: Scope<Real>, inputs: Int, bottleneck: Int, growth: Int, dilation: Int
  ) throws(CheckpointError) {
    norm1 = try BatchNorm(scope["nonlinear1"]["batchnorm"], channels: inputs)
    linear1 = try PlainConvolution1d(
      scope["linear1"], inputs: inputs, outputs: bottleneck, hasBias: false,
      initial: .kaimingNormal(fanIn: inputs))
    norm2 = try BatchNorm(scope["nonlinear2"]["batchnorm"], channels: bottleneck)
    mask = try ContextAwareMask(scope["cam_layer"], inputs: bottleneck, outputs: growth, dilation: dilation)
  }

  /// Reads the channels that are there and adds its own. Upstream checkpoints what comes before `norm2`, so that `norm1`
  /// sees each batch twice.
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: DenseChannels<Numbers>
  ) where Numbers.Real == Real {
    let z = tape.pointwise(x, norm1, then: .relu, weight: linear1.weight.variable, tracksTwice: true)
    let hidden = tape.normalise(z, norm2, then: .relu)
    x.append(mask.outputs) { mask(tape, hidden, into: $0) }
  }
}

/// `CAMLayer`: a convolution whose outputs are weighed by what the whole utterance and its segments of 100 frames
/// are like.
struct ContextAwareMask<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// Frames of a segment.
  static var segment: Int { 100 }

  let outputs: Int
  let local: PlainConvolution1d<Real>
  let squeeze: PlainConvolution1d<Real>
  let excite: PlainConvolution1d<Real>

  init(_ scope: Scope<Real>, inputs: Int, outputs: Int, dilation: Int) throws(CheckpointError) {
    self.outputs = outputs
    local = try PlainConvolution1d(
      scope["linear_local"], inputs: inputs, outputs: outputs,
      .init(kernel: 3, dilation: dilation, padding: dilation), hasBias: false,
      initial: .kaimingNormal(fanIn: inputs * 3))
    squeeze = try PlainConvolution1d(
      scope["linear1"], inputs: inputs, outputs: inputs / 2, hasBias: true,
      initial: .kaimingNormal(fanIn: inputs))
    excite = try PlainConvolution1d(
      scope["linear2"], inputs: inputs / 2, outputs: outputs, hasBias: true,
      initial: .kaimingNormal(fanIn: inputs / 2))
  }

  /// The mask is the same for all frames of a segment, and is made once for each.
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Variable<Real>, into target: Variable<Real>
  ) where Numbers.Real == Real {
    let context = tape.segmentContext(x, length: Self.segment)
    let hidden = tape.relu(
      tape.linear(context, weight: squeeze.weight.variable, bias: squeeze.bias?.variable))
    let mask = tape.sigmoid(tape.linear(hidden, weight: excite.weight.variable, bias: excite.bias?.variable))
    tape.mask(local(tape, x), by: mask, length: Self.segment, into: target)
  }
}

/// `TransitLayer`: normalisation, ReLU, a convolution to half the channels.
struct CAMPPlusTransit<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let norm: BatchNorm<Real>
  let linear: PlainConvolution1d<Real>

  init(_ scope: Scope<Real>, inputs: Int, outputs: Int) throws(CheckpointError) {
    norm = try BatchNorm(scope["nonlinear"]["batchnorm"], channels: inputs)
    linear = try PlainConvolution1d(
      scope["linear"], inputs: inputs, outputs: outputs, hasBias: false,
      initial: .kaimingNormal(fanIn: inputs))
  }

  /// The product goes into `target`.
  @discardableResult
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: DenseChannels<Numbers>, into target: Variable<Real>? = nil
  ) -> Variable<Real> where Numbers.Real == Real {
    tape.pointwise(x, norm, then: .relu, weight: linear.weight.variable, into: target)
  }
}
