// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The block of Res2Net, ERes2Net and ERes2NetV2: a 1 x 1 convolution, groups of channels that go one after the
/// other through 3 x 3 convolutions, a 1 x 1 convolution, and the way around them.
struct Res2Block<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// How its channels are split, and what becomes of the groups.
  struct Form: Sendable, Equatable {
    /// A group has `planes * baseWidth / 64` channels, rounded down.
    var baseWidth: Int
    var scale: Int
    var expansion: Int
    /// Res2Net passes the last group through as it is; ERes2Net convolves every one.
    var convolvesAll = true
  }

  let conv1: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  let convs: [Convolution2d<Real>]
  let norms: [BatchNorm<Real>]
  /// Between one group and the next; empty where they are added.
  let fusions: [AttentiveFusion<Real>]
  let conv3: Convolution2d<Real>
  let norm3: BatchNorm<Real>
  let shortcut: Shortcut2d<Real>?

  init(
    _ scope: Scope<Real>, inputs: Int, planes: Int, stride: Stride2d, _ form: Form,
    isFused: Bool
  ) throws(CheckpointError) {
    let width = planes * form.baseWidth / 64
    let outputs = planes * form.expansion
    let groups = form.convolvesAll ? form.scale : form.scale - 1
    conv1 = try Convolution2d(
      scope["conv1"], inputs: inputs, outputs: width * form.scale, kernel: 1, stride: stride)
    norm1 = try BatchNorm(scope["bn1"], channels: width * form.scale)
    var convs: [Convolution2d<Real>] = []
    for index in 0..<groups {
      convs.append(try Convolution2d(scope["convs", index], inputs: width, outputs: width, kernel: 3))
    }
    self.convs = convs
    var norms: [BatchNorm<Real>] = []
    for index in 0..<groups { norms.append(try BatchNorm(scope["bns", index], channels: width)) }
    self.norms = norms
    var fusions: [AttentiveFusion<Real>] = []
    for index in 0..<(isFused ? form.scale - 1 : 0) {
      fusions.append(try AttentiveFusion(scope["fuse_models", index], channels: width))
    }
    self.fusions = fusions
    conv3 = try Convolution2d(scope["conv3"], inputs: width * form.scale, outputs: outputs, kernel: 1)
    norm3 = try BatchNorm(scope["bn3"], channels: outputs)
    shortcut = try Shortcut2d(scope["shortcut"], inputs: inputs, outputs: outputs, stride: stride)
  }
}

/// Attentive feature fusion, `AFF` of `speakerlab/models/eres2net/fusion.py`: two maps are added with weights that
/// both tell.
struct AttentiveFusion<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let squeeze: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  let excite: Convolution2d<Real>
  let norm2: BatchNorm<Real>

  init(_ scope: Scope<Real>, channels: Int, reduction: Int = 4) throws(CheckpointError) {
    let scope = scope["local_att"]
    let inner = channels / reduction
    squeeze = try Convolution2d(
      scope["0"], inputs: 2 * channels, outputs: inner, kernel: 1, hasBias: true)
    norm1 = try BatchNorm(scope["1"], channels: inner)
    // 2 is the activation.
    excite = try Convolution2d(scope["3"], inputs: inner, outputs: channels, kernel: 1, hasBias: true)
    norm2 = try BatchNorm(scope["4"], channels: channels)
  }
}
