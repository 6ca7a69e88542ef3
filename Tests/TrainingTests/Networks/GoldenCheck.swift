// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// How near a network must come to a golden.
struct Tolerances {
  let evaluation: Double
  let training: Double
  let gradients: Double
  /// A gradient shorter than this is compared by absolute size.
  let tiny: Double

  static let double = Self(evaluation: 1e-8, training: 1e-8, gradients: 1e-6, tiny: 1e-11)
  static let float = Self(evaluation: 1e-5, training: 1e-3, gradients: 5e-2, tiny: 1e-6)
}

/// A network at full size on formula-filled weights, its sizes read off the key list, against PyTorch's outputs,
/// gradients and statistics.
///
/// - Parameter batches: what a counter, 7 before, is after one training step.
func checkGolden<Numbers: Kernels>(
  _: Numbers.Type, _ name: String, keys: String, front: FrontEnd = .fbank, _ tolerances: Tolerances,
  batches: (String) -> Int64 = { _ in 8 }
) throws {
  let golden = try NetworkGolden(name)
  let keys = try KeyLine.list(keys)
  let shapes = KeyShapes(Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.shape) }))
  let network = try NetworkConfiguration(#require(Backbone(shapes)))
    .network(Numbers.self, front: front, source: FormulaParameters(keys))
  #expect(network.registry.slots.map(\.key) == keys.map(\.name))
  let machine = Machine(workers: 2)
  let (batch, features) = (golden.document.B, golden.features(front))

  let evaluated = network.forward(Tape(machine, training: false), features, batch: batch)
  let evaluation = evaluated.value.elements.map { Double($0) }
  #expect(relativeDistance(evaluation, golden.document.eval_out.flatMap { $0 }) < tolerances.evaluation)

  let tape = Tape<Numbers>(machine, training: true)
  let output = network.forward(tape, features, batch: batch)
  let trained = output.value.elements.map { Double($0) }
  #expect(relativeDistance(trained, golden.document.train_out.flatMap { $0 }) < tolerances.training)

  let (slopes, _) = output.claimGradient()
  for b in 0..<batch {
    for k in 0..<network.embedding {
      slopes[b, k] = Numbers.Real(NetworkGolden.slope(b, k, of: batch * network.embedding))
    }
  }
  tape.backward()
  try compareGradients(network.registry, golden, tolerances)
  try compareStatistics(network.registry, golden)
  for case .counter(let counter) in network.registry.entries {
    #expect(counter.value == batches(counter.key), "\(counter.key)")
  }
}

private func compareGradients<Real>(
  _ registry: Registry<Real>, _ golden: NetworkGolden, _ tolerances: Tolerances
) throws {
  #expect(registry.parameters.map(\.key) == golden.gradients.map(\.key))
  for (parameter, (key, expected)) in zip(registry.parameters, golden.gradients) {
    let gradient = try #require(parameter.variable.gradient, "\(key) has no gradient")
    let ends = (Double(gradient[0, 0]), Double(gradient[gradient.rows - 1, gradient.columns - 1]))
    let length = lengthOf(gradient)
    if expected.l2 < tolerances.tiny {
      #expect(length < tolerances.tiny, "\(key): \(length)")
      continue
    }
    let bound = tolerances.gradients * expected.l2
    #expect(abs(length - expected.l2) < bound, "\(key): \(length), not \(expected.l2)")
    #expect(abs(ends.0 - expected.first) < bound, "\(key): \(ends.0), not \(expected.first)")
    #expect(abs(ends.1 - expected.last) < bound, "\(key): \(ends.1), not \(expected.last)")
  }
}

private func compareStatistics<Real>(_ registry: Registry<Real>, _ golden: NetworkGolden) throws {
  guard let expected = golden.document.running_stats_l2_after else { return }
  var compared = 0
  for case .buffer(let buffer) in registry.entries {
    let length = try #require(expected[buffer.key]?.first)
    #expect(abs(lengthOf(buffer.value) - length) < 1e-4 * length, "\(buffer.key)")
    compared += 1
  }
  #expect(compared == expected.count)
}

private func lengthOf<Real: BinaryFloatingPoint>(_ rows: Training.Rows<Real>) -> Double {
  let scratch = Arena(regionBytes: 2 << 20)
  let unit = Block<Double>(scratch, count: rows.rows * rows.columns)
  let lengths = Block<Double>(scratch, count: rows.rows)
  let wide = unit.rows(rows.rows, rows.columns)
  let long = lengths.rows(1, rows.rows)
  if let doubles = rows as? Training.Rows<Double> {
    NativeKernels<Double>.add(doubles, into: wide, accumulate: false)
  } else {
    wide.update(from: rows.floats)
  }
  NativeKernels<Double>.unitRows(wide, into: wide, lengths: long)
  return long.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
