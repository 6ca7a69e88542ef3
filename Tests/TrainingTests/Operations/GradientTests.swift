// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// Every operation's gradient against differences, in Double: on the definition and on the fast kernels.
@Suite struct GradientTests {
  @Test(arguments: [(1, 5, 3, 4), (3, 7, 16, 5), (9, 2, 1, 70)])
  func `pointwise and linear`(_ batch: Int, _ frames: Int, _ inputs: Int, _ outputs: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let weight = TestShape(outputs, 1, inputs)
      try checkGradients(numbers, [TestShape(batch, frames, inputs), weight]) {
        ($0.pointwise($1[0], weight: $1[1]), $1)
      }
      try checkGradients(numbers, [TestShape(batch, 1, inputs), weight, TestShape(1, 1, outputs)]) {
        ($0.linear($1[0], weight: $1[1], bias: $1[2]), $1)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [
    (1, 5, 2, 3, 3, 4), (2, 9, 3, 2, 5, 1), (10, 4, 2, 2, 3, 2), (1, 1, 3, 2, 1, 1),
  ])
  func `convolution, of one variable and of a sum`(
    _ batch: Int, _ frames: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ dilation: Int
  ) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let (x, weight) = (TestShape(batch, frames, inputs), TestShape(outputs, 1, inputs * kernel))
      for mode in [Padding.reflect, .zeros] {
        let geometry = ConvolutionGeometry(kernel: kernel, dilation: dilation, mode: mode)
        try checkGradients(numbers, [x, weight]) { ($0.convolution($1[0], weight: $1[1], geometry), $1) }
        try checkGradients(numbers, [x, weight, x]) {
          ($0.convolution($1[0], plus: $1[2], weight: $1[1], geometry), $1)
        }
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [true, false], [(2, 5, 3), (1, 8, 5), (6, 1, 4)])
  func `batch normalisation after ReLU, with context`(_ training: Bool, _ size: (Int, Int, Int)) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type, _ activation: Activation) throws
    where Numbers.Real == Double {
      let row = TestShape(1, 1, size.2)
      let shapes = [TestShape(size.0, size.1, size.2), row, TestShape(size.0, 1, size.2), row, row]
      try checkGradients(numbers, shapes, training: training) { tape, inputs in
        let registry = Registry<Double>()
        let norm = try BatchNorm(Scope(registry, source: FreshParameters(seed: 3)), channels: size.2)
        for c in 0..<size.2 {
          norm.weight?.value[0, c] = inputs[3].value[0, c]
          norm.bias?.value[0, c] = inputs[4].value[0, c]
        }
        let y = tape.normalise(inputs[0], bias: inputs[1], context: inputs[2], activation, norm)
        return (y, Array(inputs[0...2]) + norm.variables)
      }
    }
    try check(ReferenceKernels<Double>.self, .relu)
    try check(NativeKernels<Double>.self, .relu)
    try check(NativeKernels<Double>.self, .none)
  }

  @Test(arguments: [(1, 5, 3), (3, 4, 6)])
  func `squeeze and excitation`(_ batch: Int, _ frames: Int, _ channels: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let x = TestShape(batch, frames, channels)
      let shapes = [
        x, x, TestShape(4, 1, channels), TestShape(1, 1, 4), TestShape(channels, 1, 4),
        TestShape(1, 1, channels),
      ]
      try checkGradients(numbers, shapes) { tape, inputs in
        let out = tape.make(batch: batch, positions: frames, channels: channels, requiresGradient: false)
        let weights = ExcitationWeights(
          weight1: inputs[2], bias1: inputs[3], weight2: inputs[4], bias2: inputs[5])
        tape.squeezeExcite(inputs[0], weights, residual: inputs[1], into: out)
        return (out, inputs)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(1, 5, 3), (2, 40, 2), (3, 3, 70)])
  func `statistics and attentive statistics`(_ batch: Int, _ frames: Int, _ channels: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let x = TestShape(batch, frames, channels)
      try checkGradients(numbers, [x], tolerance: 1e-5) { ($0.statistics($1[0]), $1) }
      for epsilon in [0, 1e-2] {
        try checkGradients(numbers, [x], tolerance: 1e-5) {
          ($0.unbiasedStatistics($1[0], epsilon: epsilon), $1)
        }
      }
      try checkGradients(numbers, [x, x, TestShape(1, 1, channels)], tolerance: 1e-5) {
        ($0.attentiveStatistics($1[0], logits: $1[1], bias: $1[2]), $1)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test func `tanh, ReLU, bias, copy into channels`() throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let x = TestShape(2, 3, 5)
      try checkGradients(numbers, [x]) { ($0.tanh($1[0]), $1) }
      try checkGradients(numbers, [x]) { ($0.relu($1[0]), $1) }
      try checkGradients(numbers, [x, TestShape(1, 1, 5)]) { ($0.addBias($1[0], $1[1]), $1) }
      try checkGradients(numbers, [x, x]) { tape, inputs in
        let joined = tape.make(batch: 2, positions: 3, channels: 10, requiresGradient: false)
        tape.copy(inputs[0], into: joined.channels(0..<5))
        tape.copy(inputs[1], into: joined.channels(5..<10))
        return (tape.tanh(joined), inputs)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test func `a variable used three times gets the sum, channel by channel`() throws {
    try checkGradients(NativeKernels<Double>.self, [TestShape(2, 3, 6)]) { tape, inputs in
      let x = inputs[0]
      let joined = tape.make(batch: 2, positions: 3, channels: 10, requiresGradient: false)
      tape.copy(tape.tanh(x.channels(1..<4)), into: joined.channels(0..<3))
      tape.copy(x.channels(2..<3), into: joined.channels(3..<4))
      tape.copy(tape.tanh(x), into: joined.channels(4..<10))
      return (joined, inputs)
    }
  }

  @Test(arguments: [(1, 3, 2), (5, 9, 70)])
  func `cosine similarity`(_ batch: Int, _ width: Int, _ classes: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      try checkGradients(numbers, [TestShape(batch, 1, width), TestShape(classes, 1, width)]) {
        ($0.cosineSimilarity($1[0], $1[1]), $1)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(1, 3), (5, 9), (70, 2)])
  func `rows of unit length`(_ rows: Int, _ width: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let x = TestShape(rows, 1, width)
      try checkGradients(numbers, [x], tolerance: 1e-5) { ($0.unitRows($1[0]), $1) }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(1, 3, 2), (4, 5, 70)])
  func `weight normalisation`(_ rows: Int, _ width: Int, _ outputs: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let shapes = [TestShape(rows, 1, width), TestShape(outputs, 1, width), TestShape(outputs, 1, 1)]
      try checkGradients(numbers, shapes) { tape, inputs in
        (tape.linear(inputs[0], weight: tape.weightNorm(inputs[1], inputs[2])), inputs)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }
}
