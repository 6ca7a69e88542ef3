// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Two-dimensional convolutions by windows against those by columns, and the register tiles of every instruction set
/// against their definition.
@Suite struct WindowTests {
  typealias Shape = SpatialGradientTests.Shape

  static let shapes = [
    Shape(size: (5, 7), channels: (1, 3), kernel: (3, 3), padding: (1, 1)),
    Shape(batch: 3, size: (4, 9), channels: (26, 26), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (3, 5), channels: (3, 33), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (3, 4), channels: (33, 70), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (1, 31), channels: (4, 17), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (9, 1), channels: (4, 5), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (6, 8), channels: (4, 18), kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
    Shape(size: (7, 5), channels: (4, 18), kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
    Shape(batch: 5, size: (5, 6), channels: (3, 20), kernel: (3, 3), stride: (2, 1), padding: (1, 1)),
    Shape(size: (7, 6), channels: (5, 4), kernel: (1, 1), stride: (2, 2), padding: (0, 0)),
    Shape(size: (7, 6), channels: (40, 52), kernel: (1, 1), padding: (0, 0)),
    Shape(size: (3, 4), channels: (2, 3), kernel: (1, 1), padding: (1, 2)),
    Shape(batch: 9, size: (1, 9), channels: (2, 3), kernel: (1, 3), dilation: (1, 2), padding: (0, 2)),
    Shape(size: (1, 12), channels: (3, 2), kernel: (1, 5), stride: (1, 2), padding: (0, 2)),
    Shape(size: (8, 9), channels: (3, 2), kernel: (3, 2), stride: (3, 4), dilation: (2, 1), padding: (2, 0)),
    // More rows than one window takes.
    Shape(batch: 1, size: (5, 400), channels: (33, 2), kernel: (3, 3), padding: (1, 1)),
    Shape(batch: 1, size: (2, 200), channels: (2, 33), kernel: (3, 3), padding: (1, 1)),
  ]

  @Test(arguments: shapes) func `windows give what columns give`(_ shape: Shape) {
    let exact = run(NativeKernels<Double>.self, shape, .columns)
    let defined = run(ReferenceKernels<Double>.self, shape, .windows)
    let fast = run(NativeKernels<Float>.self, shape, .windows)
    for (index, name) in ["output", "input's gradient", "weight's gradient"].enumerated() {
      #expect(relativeDistance(defined[index], exact[index]) < 1e-13, "\(name) of the definition")
      #expect(relativeDistance(fast[index], exact[index]) < 1e-6, "\(name) of the tiles")
    }
    #expect(run(NativeKernels<Float>.self, shape, .windows, workers: 1) == fast, "one worker, the same bits")
  }

  /// Output, and the gradients of input and weight; the input's is added to what is there.
  private func run<Numbers: Kernels>(
    _: Numbers.Type, _ shape: Shape, _ method: ConvolutionMethod, workers: Int = 3
  ) -> [[Double]] {
    let geometry = shape.geometry
    let tape = Tape<Numbers>(Machine(workers: workers), training: true)
    var random = KeyedRandom(seed: 5)
    func variable(_ batch: Int, _ positions: Int, _ channels: Int) -> Variable<Numbers.Real> {
      let made = tape.make(batch: batch, positions: positions, channels: channels, requiresGradient: true)
      fill(made.value, (0..<made.elements).map { _ in Double(Float(random.uniform() - 0.5)) })
      return made
    }
    // Some channels of more, so that rows lie apart.
    let wide = variable(shape.batch, geometry.frequencies * geometry.frames, shape.channels.0 + 3)
    let x = wide.channels(2..<(shape.channels.0 + 2))
    let weight = variable(shape.channels.1, 1, shape.channels.0 * geometry.taps)
    let slopes = (0..<(shape.batch * geometry.outputs * shape.channels.1)).map { _ in
      Double(Float(random.uniform() - 0.5))
    }
    x.claimGradient().rows.fill(0.25)
    var output: [Double] = []
    for _ in 0..<2 {
      let map = Map2d(x, frequencies: geometry.frequencies, frames: geometry.frames)
      let z = tape.convolution2d(map, weight: weight, geometry, by: method).variable
      fill(z.claimGradient().rows, slopes)
      output = z.value.elements.map { Double($0) }
    }
    tape.backward()
    return [
      output, (x.gradient?.elements ?? []).map { Double($0) },
      (weight.gradient?.elements ?? []).map { Double($0) },
    ]
  }

  static let tiles = [(1, 1, 3), (5, 17, 30), (26, 26, 60), (3, 40, 47), (70, 100, 31), (2, 215, 25)]

  /// (inputs, outputs, positions): a kernel of three taps, each of them a run of its own.
  @Test(arguments: tiles) func `register tiles of each instruction set`(
    _ inputs: Int, _ outputs: Int, _ count: Int
  ) {
    let taps = WindowTaps([(0, 2), (1, 0), (2, 5)], channels: inputs)
    let padded = WindowTaps.padded(outputs)
    let positions = WindowPositions.map(rows: count / 3, pitch: 3, valid: 2, rowStep: 2)
    let rows = positions.count + 5 + WindowTaps.slack(inputs)
    let exact = KernelTests.Bench<Double>()
    func matrices<Real: NativeReal>(_ bench: KernelTests.Bench<Real>) -> [Training.Rows<Real>] {
      // Without gaps between the rows of the window and the packed weights.
      let window = bench.dense(rows, inputs)
      return [
        window, bench.matrix(outputs, 3 * inputs), bench.dense(taps.inner, padded),
        bench.matrix(2 * (count / 3), outputs), bench.matrix(positions.count, padded),
        bench.matrix(taps.inner, padded),
      ]
    }
    let a = matrices(exact)
    typealias Reference = ReferenceKernels<Double>
    for accumulate in [false, true] {
      Reference.pack(a[1], 3, taps, transposed: false, block: 0, into: a[2])
      Reference.product(a[0], taps.runs, a[2], positions, into: a[3], accumulate: accumulate)
    }
    Reference.productGradient(a[0], taps.runs, a[4], into: a[5])
    for form in DirectForm.all {
      let bench = KernelTests.Bench<Float>()
      let b = matrices(bench)
      for accumulate in [false, true] {
        for block in 0..<form.packedBlocks(outputs) {
          unsafe form.pack(b[1].c, 3, taps, transposed: false, block: block, into: b[2].c)
        }
        unsafe form.product(b[0].c, taps.runs, b[2].c, positions, into: b[3].c, accumulate: accumulate)
      }
      unsafe form.productGradient(b[0].c, taps.runs, b[4].c, into: b[5].c)
      for index in [3, 5] {
        #expect(
          relativeDistance(b[index].elements.map { Double($0) }, a[index].elements) < 1e-6, "result \(index)")
      }
    }
    withExtendedLifetime(exact) {}
  }
}
