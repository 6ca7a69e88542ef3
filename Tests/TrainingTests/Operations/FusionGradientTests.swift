// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Fusion of maps and pooling over time, against differences, in Double.
@Suite struct FusionGradientTests {
  /// On the definition and on the fast kernels.
  private func check(
    _ shapes: [TestShape], training: Bool = true, _ build: Build
  ) throws {
    try checkGradients(ReferenceKernels<Double>.self, shapes, training: training) { try build.run($0, $1) }
    try checkGradients(NativeKernels<Double>.self, shapes, training: training) { try build.run($0, $1) }
  }

  /// An operation in any kernels.
  enum Build {
    case sum, joined
    case statistics(frequencies: Int)
    case swish, fuse
    case fusion

    func run<Numbers: Kernels>(
      _ tape: Tape<Numbers>, _ inputs: [Variable<Double>]
    ) throws -> (Variable<Double>, [Variable<Double>]) where Numbers.Real == Double {
      switch self {
      case .sum:
        // One of them twice, so that a gradient is added to another.
        return (tape.sum(tape.sum(inputs[0], inputs[1]), inputs[0]), inputs)
      case .joined: return (tape.pointwise(joining: [inputs[0], inputs[1]], weight: inputs[2]), inputs)
      case .statistics(let frequencies):
        let x = inputs[0]
        return (
          tape.timeStatistics(Map2d(x, frequencies: frequencies, frames: x.positions / frequencies)), inputs
        )
      case .swish:
        let norm = try norm(inputs[2], inputs[3])
        return (
          tape.normaliseSwish(inputs[0], bias: inputs[1], norm), Array(inputs[0...1]) + norm.variables
        )
      case .fuse:
        let norm = try norm(inputs[4], inputs[5])
        return (
          tape.fuse(inputs[0], inputs[1], by: inputs[2], bias: inputs[3], norm),
          Array(inputs[0...3]) + norm.variables
        )
      case .fusion:
        let fusion = try AttentiveFusion<Double>(
          Scope(Registry(), source: FreshParameters(seed: 4)), channels: inputs[0].channels)
        fill(fusion.squeeze.weight.value, inputs[2].value.elements)
        let maps = inputs[0...1].map { Map2d($0, frequencies: 1, frames: $0.positions) }
        return (
          fusion(tape, maps[0], maps[1]).variable, Array(inputs[0...1]) + [fusion.squeeze.weight.variable]
        )
      }
    }

    private func norm(_ weight: Variable<Double>, _ bias: Variable<Double>) throws -> BatchNorm<Double> {
      let norm = try BatchNorm<Double>(
        Scope(Registry(), source: FreshParameters(seed: 3)), channels: weight.channels)
      for c in 0..<weight.channels {
        norm.weight?.value[0, c] = weight.value[0, c]
        norm.bias?.value[0, c] = bias.value[0, c]
      }
      return norm
    }
  }

  @Test(arguments: [(1, 3, 4), (2, 5, 3), (9, 2, 7)])
  func `sum, and a product over joined channels`(_ batch: Int, _ positions: Int, _ channels: Int) throws {
    let x = TestShape(batch, positions, channels)
    try check([x, x], .sum)
    try check([x, TestShape(batch, positions, 2), TestShape(5, 1, channels + 2)], .joined)
  }

  /// So many rows that the weight's gradient is summed in groups of utterances.
  @Test func `a small weight over many rows gets the sum of all`() throws {
    let tape = Tape<NativeKernels<Double>>(Machine(workers: 2), training: true)
    let (batch, positions) = (9, 500)
    func variable(_ channels: Int, _ value: (Int, Int) -> Double) -> Variable<Double> {
      let made = tape.make(batch: batch, positions: positions, channels: channels, requiresGradient: true)
      for r in 0..<made.rows { for c in 0..<channels { made.value[r, c] = value(r, c) } }
      return made
    }
    let x = variable(3) { Double(($0 * 7 + $1) % 11 - 5) }
    let weight = tape.make(batch: 2, positions: 1, channels: 3, requiresGradient: true)
    weight.value.fill(1)
    let y = tape.pointwise(x, weight: weight)
    let d = y.claimGradient().rows
    for r in 0..<y.rows { for o in 0..<2 { d[r, o] = Double((r + o) % 5 - 2) } }
    tape.backward()
    let gradient = try #require(weight.gradient)
    for o in 0..<2 {
      for c in 0..<3 {
        #expect(gradient[o, c] == (0..<y.rows).reduce(0) { $0 + Double(($1 + o) % 5 - 2) * x.value[$1, c] })
      }
    }
  }

  @Test(arguments: [(1, 1, 2, 3), (2, 3, 4, 5), (3, 2, 7, 1)])
  func `mean and deviation over time`(
    _ batch: Int, _ frequencies: Int, _ frames: Int, _ channels: Int
  ) throws {
    try check(
      [TestShape(batch, frequencies * frames, channels)], .statistics(frequencies: frequencies))
  }

  @Test(arguments: [true, false], [(2, 5, 3), (1, 8, 5), (6, 2, 4)])
  func `SiLU and fusion after batch normalisation`(_ training: Bool, _ size: (Int, Int, Int)) throws {
    let (map, row) = (TestShape(size.0, size.1, size.2), TestShape(1, 1, size.2))
    try check([map, row, row, row], training: training, .swish)
    try check([map, map, map, row, row, row], training: training, .fuse)
  }

  @Test func `a whole attentive fusion`() throws {
    let map = TestShape(3, 4, 8)
    try check([map, map, TestShape(2, 1, 16)], .fusion)
  }

  @Test func `features become a map: row f * frames + t is bin f of frame t`() {
    let tape = Tape<NativeKernels<Float>>(Machine(workers: 1), training: false)
    let values = (0..<(2 * 3 * 4)).map(Float.init)
    let map = tape.map(of: tape.input(values, batch: 2, positions: 3, channels: 4))
    #expect((map.frequencies, map.frames, map.channels) == (4, 3, 1))
    for b in 0..<2 {
      for f in 0..<4 {
        for t in 0..<3 {
          #expect(map.variable.value[b * 12 + f * 3 + t, 0] == values[b * 12 + t * 4 + f])
        }
      }
    }
  }

  @Test func `statistics go channel by channel, and in one by frequency`() {
    let tape = Tape<NativeKernels<Double>>(Machine(workers: 1), training: false)
    // Bin f of channel c is 10 c + f in the first frame and 2 more in the second.
    let values = (0..<3).flatMap { f in [0, 2].flatMap { more in [f + more, 10 + f + more] } }
    let x = tape.input(values.map(Float.init), batch: 1, positions: 6, channels: 2)
    let pooled = tape.timeStatistics(Map2d(x, frequencies: 3, frames: 2)).value.elements
    #expect(Array(pooled[0..<6]) == [1, 2, 3, 11, 12, 13])
    #expect(pooled[6...].allSatisfy { abs($0 - (2 + 1e-8).squareRoot()) < 1e-14 })
  }
}
