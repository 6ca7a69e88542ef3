// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// What CAM++'s dense layers are made of: against differences in Double, and against the operations it stands for.
@Suite struct DenseGradientTests {
  /// Two readers, of which the second also reads what the first gave.
  @Test(arguments: [(true, false), (true, true), (false, false)])
  func `normalised products over channels that grow`(_ training: Bool, _ keeps: Bool) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let shapes = [TestShape(3, 4, 3), TestShape(2, 1, 3), TestShape(4, 1, 5)]
      let rows = [3, 3, 5, 5].map { TestShape(1, 1, $0) }
      try checkGradients(numbers, shapes + rows, training: training) { tape, inputs in
        var norms: [BatchNorm<Double>] = []
        for index in 0..<2 {
          let scope = Scope(Registry<Double>(), source: FreshParameters(seed: 3))
          let norm = try BatchNorm(scope, channels: inputs[3 + 2 * index].channels)
          NativeKernels<Double>.add(inputs[3 + 2 * index].value, into: norm.weight!.value, accumulate: true)
          NativeKernels<Double>.add(inputs[4 + 2 * index].value, into: norm.bias!.value, accumulate: false)
          norm.keepsStatistics = keeps && index == 1
          norms.append(norm)
        }
        let x = DenseChannels(tape, batch: 3, positions: 4, channels: 5)
        x.append(3) { tape.copy(inputs[0], into: $0) }
        x.append(2) { _ = tape.pointwise(x, norms[0], then: .relu, weight: inputs[1], into: $0) }
        let y = tape.pointwise(x, norms[1], then: .relu, weight: inputs[2])
        return (y, Array(inputs[0...2]) + norms.flatMap(\.variables))
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  /// So wide that an utterance is cut into chunks.
  @Test func `a wide product equals normalisation, ReLU and product one after the other`() throws {
    let (batch, positions, channels, outputs) = (5, 150, 1100, 6)
    func run(dense: Bool) throws -> [[Double]] {
      let tape = Tape<NativeKernels<Double>>(Machine(workers: 2), training: true)
      var random = KeyedRandom(seed: 5)
      func variable(_ batch: Int, _ positions: Int, _ channels: Int) -> Variable<Double> {
        let made = tape.make(batch: batch, positions: positions, channels: channels, requiresGradient: true)
        fill(made.value, (0..<(batch * positions * channels)).map { _ in random.uniform() - 0.3 })
        return made
      }
      let (input, weight) = (variable(batch, positions, channels), variable(outputs, 1, channels))
      let norm = try BatchNorm(
        Scope(Registry<Double>(), source: FreshParameters(seed: 3)), channels: channels)
      let z: Variable<Double>
      if dense {
        let x = DenseChannels(tape, batch: batch, positions: positions, channels: channels)
        x.append(channels) { tape.copy(input, into: $0) }
        z = tape.pointwise(x, norm, then: .relu, weight: weight, tracksTwice: true)
      } else {
        z = tape.pointwise(tape.normalise(input, norm, then: .relu), weight: weight)
        // The second time.
        let again = Tape<NativeKernels<Double>>(Machine(workers: 2), training: true, recording: false)
        let copy = again.make(batch: batch, positions: positions, channels: channels, requiresGradient: false)
        again.copy(input, into: copy)
        _ = again.normalise(copy, norm, then: .relu)
      }
      fill(z.claimGradient().rows, (0..<z.elements).map { Double($0 % 7) - 3 })
      tape.backward()
      #expect(norm.batches.value == 2)
      return [z.value, norm.runningMean.value, norm.runningVariance.value].map(\.elements)
        + ([input, weight] + norm.variables).map { $0.gradient?.elements ?? [] }
    }
    for (dense, plain) in zip(try run(dense: true), try run(dense: false)) {
      #expect(relativeDistance(dense, plain) < 1e-12)
    }
  }

  @Test(arguments: [(7, 3), (6, 3), (4, 100), (5, 1)])
  func `context and masks of segments`(_ positions: Int, _ length: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let segments = (positions + length - 1) / length
      try checkGradients(numbers, [TestShape(2, positions, 3)]) { tape, inputs in
        (tape.segmentContext(inputs[0], length: length), inputs)
      }
      let shapes = [TestShape(2, positions, 3), TestShape(2, segments, 3)]
      try checkGradients(numbers, shapes) { tape, inputs in
        let out = tape.make(batch: 2, positions: positions, channels: 3, requiresGradient: false)
        tape.mask(inputs[0], by: tape.sigmoid(inputs[1]), length: length, into: out)
        return (out, inputs)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  /// PyTorch's `avg_pool1d` with `ceil_mode` divides the last segment by its own length.
  @Test func `a context is the mean of its segment and that of all`() {
    let tape = Tape<NativeKernels<Double>>(Machine(workers: 1), training: false)
    let x = tape.input([1, 3, 5, 7, 14], batch: 1, positions: 5, channels: 1)
    let found: [Double] = tape.segmentContext(x, length: 2).value.elements
    // The means 2, 6 and 14, and 6 of all.
    #expect(found == [8, 12, 20])
  }
}
