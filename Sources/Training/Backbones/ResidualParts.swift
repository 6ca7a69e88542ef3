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
}

/// ResNet's basic block: two 3 x 3 convolutions, each with a normalisation, and the way around them.
struct BasicBlock2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
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
}

/// Four stages of blocks: m, 2m, 4m and 8m planes; from the second on each begins with a step of 2 in frequency and
/// in time.
enum Stages2d {
  static let counts = [3, 4, 6, 3]

  /// The stages, of blocks that `block` makes from (scope, inputs, planes, stride, stage).
  static func make<Real, Block>(
    _ scope: Scope<Real>, planes: Int, expansion: Int,
    block: (Scope<Real>, Int, Int, Stride2d, Int) throws(CheckpointError) -> Block
  ) throws(CheckpointError) -> [[Block]] {
    var stages: [[Block]] = []
    var inputs = planes
    for (stage, count) in counts.enumerated() {
      let width = planes << stage
      var blocks: [Block] = []
      for index in 0..<count {
        let step = stage > 0 && index == 0 ? 2 : 1
        blocks.append(
          try block(
            scope["layer\(stage + 1)", index], inputs, width, .init(frequency: step, time: step), stage))
        inputs = width * expansion
      }
      stages.append(blocks)
    }
    return stages
  }

  /// Mean and deviation of each channel at each frequency that three steps of 2 leave.
  static func pooled(planes: Int, expansion: Int, inputs: Int) -> Int {
    2 * (planes << 3) * expansion * ((inputs + 7) / 8)
  }
}
