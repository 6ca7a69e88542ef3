// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A block of a two-dimensional backbone.
protocol Block2d<Real> {
  associatedtype Real: BinaryFloatingPoint & BitwiseCopyable & Sendable

  /// Channels that it puts out.
  var outputs: Int { get }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real
}

/// What every two-dimensional backbone begins with: the stem and four stages of blocks of m, 2m, 4m and 8m planes; from
/// the second on each begins with a step of 2 in frequency and in time.
struct Trunk2d<Block: Block2d> {
  typealias Real = Block.Real

  let stem: Stem2d<Real>
  let stages: [[Block]]

  /// - Parameters:
  ///   - counts: blocks of each stage.
  ///   - expansion: a block puts out `expansion` times its planes.
  ///   - block: makes one from (scope, inputs, planes, stride, stage).
  init(
    _ scope: Scope<Real>, planes: Int, counts: [Int], expansion: Int,
    block: (Scope<Real>, Int, Int, Stride2d, Int) throws(CheckpointError) -> Block
  ) throws(CheckpointError) {
    stem = try Stem2d(scope, channels: planes)
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
    self.stages = stages
  }

  /// The stem's output for features of an utterance, a row of mel bins for each frame.
  func begin<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ features: Variable<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    stem(tape, tape.map(of: features))
  }

  /// Through the blocks of one stage.
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>, stage: Int
  ) -> Map2d<Real> where Numbers.Real == Real {
    stages[stage].reduce(x) { $1(tape, $0) }
  }

  /// Frames that leave two after the last stage: a deviation needs as many.
  var shortestInput: Int { (1 << (stages.count - 1)) + 1 }
}
