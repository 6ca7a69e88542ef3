// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// CAM++'s two-dimensional front end, `FCM`: residual blocks that take steps in frequency alone.
struct CAMPPlusHead<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let conv1: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  let layers: [[BasicBlock2d<Real>]]
  let conv2: Convolution2d<Real>
  let norm2: BatchNorm<Real>
  /// Channels times what is left of the frequencies.
  let outputs: Int

  init(_ scope: Scope<Real>, inputs: Int, channels: Int) throws(CheckpointError) {
    let step = Stride2d(frequency: 2, time: 1)
    conv1 = try Convolution2d(scope["conv1"], inputs: 1, outputs: channels, kernel: 3)
    norm1 = try BatchNorm(scope["bn1"], channels: channels)
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
}

/// `CAMLayer`: a convolution whose outputs are weighed by what the whole utterance and its segments of 100 frames
/// are like.
struct ContextAwareMask<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let local: PlainConvolution1d<Real>
  let squeeze: PlainConvolution1d<Real>
  let excite: PlainConvolution1d<Real>

  init(_ scope: Scope<Real>, inputs: Int, outputs: Int, dilation: Int) throws(CheckpointError) {
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
}
