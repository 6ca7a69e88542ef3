// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Testing
import Training

/// The gradients of the self-supervised losses against differences, in Double.
@Suite struct DistillationGradientTests {
  /// A loss is a number, not a variable: its slope is the gradient that it leaves in its inputs.
  private func check<Numbers: Kernels>(
    _ numbers: Numbers.Type, _ shapes: [TestShape], tolerance: Double = 1e-6,
    _ loss: (Tape<Numbers>, [Variable<Double>]) throws -> Double
  ) throws where Numbers.Real == Double {
    try checkGradients(numbers, shapes, tolerance: tolerance) { tape, inputs in
      let value = tape.make(batch: 1, positions: 1, channels: 1, requiresGradient: false)
      value.value[0, 0] = try loss(tape, inputs) / cos(0.4)
      return (value, inputs)
    }
  }

  private func fixed<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ rows: Int, _ columns: Int
  ) -> Variable<Double> where Numbers.Real == Double {
    let made = tape.make(batch: rows, positions: 1, channels: columns, requiresGradient: false)
    fill(made.value, (0..<(rows * columns)).map { sin(2.3 * Double($0) + 0.1) })
    return made
  }

  @Test(arguments: [(1, 3, 1, 1), (2, 5, 2, 4), (3, 40, 3, 2)])
  func `self-distillation`(_ batch: Int, _ outputs: Int, _ globals: Int, _ locals: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      let shapes = [TestShape(globals * batch, 1, outputs), TestShape(locals * batch, 1, outputs)]
      try self.check(numbers, shapes) { tape, inputs in
        let center = (0..<outputs).map { Float(sin(Double($0))) }
        let loss = try DINOLoss<Numbers>(
          outputs: outputs,
          source: LoadedParameters(["center": .floats(shape: [1, outputs], center)]))
        return loss(
          tape, student: inputs, teacher: fixed(tape, globals * batch, outputs), batch: batch,
          teacherTemperature: 0.4)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(2, 3, 1), (3, 7, 2), (6, 4, 2)])
  func `regularisers`(_ batch: Int, _ width: Int, _ crops: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      try self.check(numbers, [TestShape(crops * batch, 1, width)]) { tape, inputs in
        let loss = RegLoss(outputs: 9, deviation: 3, covariance: 2)
        let other = fixed(tape, crops * batch, width)
        return 0.7 * loss(tape, student: inputs[0], teacher: other, batch: batch, weight: 0.7)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(1, 2, 1), (3, 20, 4)])
  func `prototypes`(_ batch: Int, _ prototypes: Int, _ crops: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      try self.check(numbers, [TestShape(crops * batch, 1, prototypes)]) { tape, inputs in
        var loss = SDPNLoss()
        loss.memaxWeight = 0.6
        let targets = loss.targets(tape, scores: fixed(tape, batch, prototypes))
        let value = loss(tape, scores: inputs[0], targets: targets)
        return value.crossEntropy + 0.6 * value.memax
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test(arguments: [(2, 3, 1), (5, 4, 3)])
  func `spread of nearest neighbours`(_ batch: Int, _ width: Int, _ crops: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      try self.check(numbers, [TestShape(crops * batch, 1, width)], tolerance: 1e-5) { tape, inputs in
        0.3 * KoLeoLoss()(tape, inputs[0], batch: batch, weight: 0.3)
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  /// Rows get equal sums of 1, and so do columns up to the number of rows over theirs.
  @Test func `assignments are evened out`() {
    var q = (0..<60).map { exp(2 * sin(1.7 * Double($0))) }
    SDPNLoss.sinkhorn(&q, columns: 12, iterations: 200)
    for row in 0..<5 { #expect(abs(q[(12 * row)..<(12 * row + 12)].reduce(0, +) - 1) < 1e-12) }
    for column in 0..<12 {
      #expect(abs((0..<5).reduce(0) { $0 + q[12 * $1 + column] } - 5.0 / 12) < 1e-12)
    }
  }
}
