// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Testing
import Training

/// One input of an operation under test.
struct TestShape {
  var batch: Int
  var positions: Int
  var channels: Int

  init(_ batch: Int, _ positions: Int, _ channels: Int) {
    (self.batch, self.positions, self.channels) = (batch, positions, channels)
  }
}

/// Compares an operation's gradients with differences of its values, for every input element.
///
/// `build` applies the operation to fresh variables and returns its output, with the variables that stand
/// for the inputs where it made some of its own (a batch normalisation's weight).
func checkGradients<Numbers: Kernels>(
  _: Numbers.Type, _ shapes: [TestShape], training: Bool = true, seed: UInt64 = 1, tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ build: (Tape<Numbers>, [Variable<Double>]) throws -> (Variable<Double>, [Variable<Double>])
) throws where Numbers.Real == Double {
  let machine = Machine(workers: 2)
  var random = KeyedRandom(seed: seed)
  var values = shapes.map { shape in
    (0..<(shape.batch * shape.positions * shape.channels)).map { _ in 2 * random.uniform() - 1 }
  }

  func run(backward: Bool) throws -> (loss: Double, gradients: [[Double]]) {
    let tape = Tape<Numbers>(machine, training: training, recording: true)
    let inputs = zip(shapes, values).map { shape, values in
      let variable = tape.make(
        batch: shape.batch, positions: shape.positions, channels: shape.channels, requiresGradient: true)
      fill(variable.value, values)
      return variable
    }
    let (output, sources) = try build(tape, inputs)
    let elements = output.value.elements
    let slopes = elements.indices.map { cos(1.3 * Double($0) + 0.4) }
    let loss = zip(elements, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    guard backward else { return (loss, []) }
    fill(output.claimGradient().rows, slopes)
    tape.backward()
    return (loss, sources.map { $0.gradient?.elements ?? [] })
  }

  let analytic = try run(backward: true).gradients
  for input in values.indices {
    try #require(analytic[input].count == values[input].count, "input \(input) has no gradient")
    let size = analytic[input].reduce(1) { max($0, abs($1)) }
    for i in values[input].indices {
      let (here, step) = (values[input][i], 1e-5)
      values[input][i] = here + step
      let above = try run(backward: false).loss
      values[input][i] = here - step
      let below = try run(backward: false).loss
      values[input][i] = here
      let numeric = (above - below) / (2 * step)
      #expect(
        abs(numeric - analytic[input][i]) < tolerance * size,
        "input \(input)[\(i)]: \(analytic[input][i]), not \(numeric)", sourceLocation: sourceLocation)
    }
  }
}

/// Sets a matrix, row by row.
func fill<Real: BinaryFloatingPoint>(_ rows: Training.Rows<Real>, _ values: [Double]) {
  for row in 0..<rows.rows {
    for column in 0..<rows.columns { rows[row, column] = Real(values[row * rows.columns + column]) }
  }
}
