// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Where every two-dimensional backbone begins: `conv1` and `bn1`, from one channel of (frequency, time).
struct Stem2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let conv: Convolution2d<Real>
  let norm: BatchNorm<Real>

  init(_ scope: Scope<Real>, channels: Int) throws(CheckpointError) {
    conv = try Convolution2d(scope["conv1"], inputs: 1, outputs: channels, kernel: 3)
    norm = try BatchNorm(scope["bn1"], channels: channels)
  }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    tape.normalise(conv(tape, x), norm, then: .relu)
  }
}

/// The way around a block, where its size changes: `shortcut.0` a convolution, `shortcut.1` a normalisation.
struct Shortcut2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let conv: Convolution2d<Real>
  let norm: BatchNorm<Real>

  init?(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, stride: Stride2d
  ) throws(CheckpointError) {
    guard inputs != outputs || stride != .one else { return nil }
    conv = try Convolution2d(scope["0"], inputs: inputs, outputs: outputs, kernel: 1, stride: stride)
    norm = try BatchNorm(scope["1"], channels: outputs)
  }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    tape.normalise(conv(tape, x), norm, then: .none)
  }
}

/// ResNet's basic block: two 3 x 3 convolutions, each with a normalisation, and the way around them.
struct BasicBlock2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: Block2d {
  let conv1: Convolution2d<Real>
  let norm1: BatchNorm<Real>
  let conv2: Convolution2d<Real>
  let norm2: BatchNorm<Real>
  let shortcut: Shortcut2d<Real>?

  init(
    _ scope: Scope<Real>, inputs: Int, outputs: Int, stride: Stride2d
  ) throws(CheckpointError) {
    conv1 = try Convolution2d(scope["conv1"], inputs: inputs, outputs: outputs, kernel: 3, stride: stride)
    norm1 = try BatchNorm(scope["bn1"], channels: outputs)
    conv2 = try Convolution2d(scope["conv2"], inputs: outputs, outputs: outputs, kernel: 3)
    norm2 = try BatchNorm(scope["bn2"], channels: outputs)
    shortcut = try Shortcut2d(scope["shortcut"], inputs: inputs, outputs: outputs, stride: stride)
  }

  var outputs: Int { norm2.channels }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    let y = conv2(tape, tape.normalise(conv1(tape, x), norm1, then: .relu))
    return tape.normalise(y, norm2, then: .relu, plus: shortcut?(tape, x) ?? x)
  }
}

extension Tape where Numbers: NormKernels {
  /// Batch normalisation and activation of a map.
  func normalise(
    _ z: Map2d<Real>, _ norm: BatchNorm<Real>, then activation: Activation, plus residual: Map2d<Real>? = nil,
    into target: Variable<Real>? = nil
  ) -> Map2d<Real> {
    z.with(normalise(z.variable, norm, then: activation, plus: residual?.variable, into: target))
  }
}
