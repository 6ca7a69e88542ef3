// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Operations over (frequency, frame) maps, and normalisation before activation: against differences, in Double.
@Suite struct SpatialGradientTests {
  struct Shape: Sendable {
    var batch = 2
    var size: (Int, Int)
    var channels: (Int, Int)
    var kernel: (Int, Int)
    var stride = (1, 1)
    var dilation = (1, 1)
    var padding: (Int, Int)

    var geometry: Geometry2d {
      Geometry2d(
        frequencies: size.0, frames: size.1, kernel: .init(frequency: kernel.0, time: kernel.1),
        stride: .init(frequency: stride.0, time: stride.1),
        dilation: .init(frequency: dilation.0, time: dilation.1),
        padding: .init(frequency: padding.0, time: padding.1))
    }
  }

  @Test(arguments: [
    Shape(size: (4, 5), channels: (2, 3), kernel: (3, 3), padding: (1, 1)),
    Shape(size: (5, 7), channels: (1, 2), kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
    Shape(batch: 5, size: (4, 3), channels: (3, 2), kernel: (3, 3), stride: (2, 1), padding: (1, 1)),
    Shape(size: (3, 4), channels: (2, 2), kernel: (1, 1), stride: (2, 2), padding: (0, 0)),
    Shape(size: (3, 4), channels: (2, 3), kernel: (1, 1), padding: (0, 0)),
    Shape(batch: 9, size: (1, 9), channels: (2, 3), kernel: (1, 3), dilation: (1, 2), padding: (0, 0)),
    Shape(size: (1, 8), channels: (3, 2), kernel: (1, 5), stride: (1, 2), padding: (0, 2)),
  ])
  func `two-dimensional convolution`(_ shape: Shape) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let geometry = shape.geometry
      let x = TestShape(shape.batch, geometry.frequencies * geometry.frames, shape.channels.0)
      let weight = TestShape(shape.channels.1, 1, shape.channels.0 * geometry.taps)
      for method in [nil] + ConvolutionMethod.allCases {
        try checkGradients(numbers, [x, weight]) { tape, inputs in
          let map = Map2d(inputs[0], frequencies: geometry.frequencies, frames: geometry.frames)
          return (tape.convolution2d(map, weight: inputs[1], geometry, by: method).variable, inputs)
        }
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  /// More positions than one chunk of columns holds.
  @Test func `a long two-dimensional convolution equals its definition`() throws {
    let geometry = Geometry2d(
      frequencies: 3, frames: 400, kernel: .init(frequency: 3, time: 3), padding: .init(frequency: 1, time: 1)
    )
    func run<Numbers: Kernels>(_: Numbers.Type) -> ([Double], [Double], [Double])
    where Numbers.Real == Double {
      let tape = Tape<Numbers>(Machine(workers: 2), training: true)
      var random = KeyedRandom(seed: 5)
      func variable(_ batch: Int, _ positions: Int, _ channels: Int) -> Variable<Double> {
        let made = tape.make(batch: batch, positions: positions, channels: channels, requiresGradient: true)
        fill(made.value, (0..<(batch * positions * channels)).map { _ in random.uniform() - 0.5 })
        return made
      }
      let (x, weight) = (variable(2, 1200, 40), variable(3, 1, 360))
      let map = Map2d(x, frequencies: 3, frames: 400)
      let z = tape.convolution2d(map, weight: weight, geometry).variable
      fill(z.claimGradient().rows, (0..<z.elements).map { Double($0 % 7) - 3 })
      tape.backward()
      return (z.value.elements, x.gradient?.elements ?? [], weight.gradient?.elements ?? [])
    }
    let exact = run(ReferenceKernels<Double>.self)
    let fast = run(NativeKernels<Double>.self)
    #expect(relativeDistance(fast.0, exact.0) < 1e-13)
    #expect(relativeDistance(fast.1, exact.1) < 1e-13)
    #expect(relativeDistance(fast.2, exact.2) < 1e-13)
  }

  @Test(arguments: [true, false], [Activation.none, .relu, .clipped])
  func `batch normalisation before the activation, with a residual`(
    _ training: Bool, _ activation: Activation
  ) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type, affine: Bool) throws where Numbers.Real == Double {
      let (map, row) = (TestShape(3, 4, 5), TestShape(1, 1, 5))
      try checkGradients(numbers, [map, map] + (affine ? [row, row] : []), training: training) {
        tape, inputs in
        let registry = Registry<Double>()
        let norm = try BatchNorm(
          Scope(registry, source: FreshParameters(seed: 3)), channels: 5, affine: affine)
        for c in 0..<5 where affine {
          // Large enough for some values to be cut off at 20.
          norm.weight?.value[0, c] = inputs[2].value[0, c] + 15
          norm.bias?.value[0, c] = inputs[3].value[0, c]
        }
        let y = tape.normalise(inputs[0], norm, then: activation, plus: inputs[1])
        return (y, Array(inputs[0...1]) + norm.variables)
      }
    }
    for affine in [true, false] {
      try check(ReferenceKernels<Double>.self, affine: affine)
      try check(NativeKernels<Double>.self, affine: affine)
    }
  }
}
