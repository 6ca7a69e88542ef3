// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The block of Res2Net, ERes2Net and ERes2NetV2: a 1 x 1 convolution, groups of channels that go one after the
/// other through 3 x 3 convolutions, a 1 x 1 convolution, and the way around them.
struct Res2Block<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Block2d {
  let conv1: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  /// One for each group that is convolved.
  let convs: [Convolution2d<Real>]
  let norms: [BatchNorm<Real>]
  /// Between one group and the next; empty where they are added.
  let fusions: [AttentiveFusion<Real>]
  let conv3: Convolution2d<Real>
  let norm3: BatchNorm<Real>
  let shortcut: Shortcut2d<Real>?

  init(
    _ scope: Scope<Real>, _ configuration: Res2NetConfiguration, inputs: Int, stride: Stride2d, stage: Int
  ) throws(CheckpointError) {
    let width = configuration.width(stage)
    let joined = width * configuration.scale
    let outputs = configuration.outputs(stage)
    let groups = configuration.convolvedGroups
    conv1 = try Convolution2d(scope["conv1"], inputs: inputs, outputs: joined, kernel: 1, stride: stride)
    norm1 = try BatchNorm(scope["bn1"], channels: joined)
    var convs: [Convolution2d<Real>] = []
    for index in 0..<groups {
      convs.append(try Convolution2d(scope["convs", index], inputs: width, outputs: width, kernel: 3))
    }
    self.convs = convs
    var norms: [BatchNorm<Real>] = []
    for index in 0..<groups { norms.append(try BatchNorm(scope["bns", index], channels: width)) }
    self.norms = norms
    var fusions: [AttentiveFusion<Real>] = []
    let isFused = configuration.variant != .res2Net && stage >= 2
    for index in 0..<(isFused ? configuration.scale - 1 : 0) {
      fusions.append(try AttentiveFusion(scope["fuse_models", index], channels: width))
    }
    self.fusions = fusions
    conv3 = try Convolution2d(scope["conv3"], inputs: joined, outputs: outputs, kernel: 1)
    norm3 = try BatchNorm(scope["bn3"], channels: outputs)
    shortcut = try Shortcut2d(scope["shortcut"], inputs: inputs, outputs: outputs, stride: stride)
  }

  var outputs: Int { norm3.channels }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    let split = tape.normalise(conv1(tape, x), norm1, then: .clipped)
    let joined = split.with(
      tape.make(
        batch: split.variable.batch, positions: split.variable.positions, channels: split.channels,
        requiresGradient: false))
    let width = norms[0].channels
    var previous: Map2d<Real>?
    for index in convs.indices {
      let part = (index * width)..<((index + 1) * width)
      var group = split.channels(part)
      if let previous {
        group =
          fusions.isEmpty
          ? group.with(tape.sum(previous.variable, group.variable))
          : fusions[index - 1](tape, previous, group)
      }
      previous = tape.normalise(
        convs[index](tape, group), norms[index], then: .clipped, into: joined.variable.channels(part))
    }
    let rest = (convs.count * width)..<split.channels
    if !rest.isEmpty { tape.copy(split.variable.channels(rest), into: joined.variable.channels(rest)) }
    return tape.normalise(conv3(tape, joined), norm3, then: .clipped, plus: shortcut?(tape, x) ?? x)
  }
}
