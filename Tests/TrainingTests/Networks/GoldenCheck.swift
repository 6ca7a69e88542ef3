// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// How near a golden pass must be come to, relative to what it says.
struct GoldenTolerances: Sendable {
  var evaluation: Double
  var training: Double
  var gradients: Double
  /// A gradient shorter than this is compared by absolute size.
  var tiny: Double

  /// Against PyTorch in float64: outputs to 1e-8, gradients to 1e-6.
  static let double = Self(evaluation: 1e-8, training: 1e-8, gradients: 1e-6, tiny: 1e-11)
  /// As near as PyTorch's own float32 is to its float64.
  static let float = Self(evaluation: 1e-5, training: 1e-3, gradients: 5e-2, tiny: 1e-6)
}

extension NetworkGolden {
  /// Runs a network of the sizes that a key list tells, on formula-filled weights, and compares its outputs, its
  /// gradients and its statistics with PyTorch's.
  ///
  /// - Parameter batches: what a counter, 7 before, is after a training step.
  static func check<Numbers: Kernels>(
    _: Numbers.Type, _ name: String, keys: String, front: FrontEnd = .fbank, _ tolerances: GoldenTolerances,
    batches: (String) -> Int64 = { _ in 8 }
  ) throws {
    let golden = try NetworkGolden(name)
    let keys = try KeyLine.list(keys)
    let shapes = Dictionary(uniqueKeysWithValues: keys.map { (Text($0.name), $0.shape) })
    let configuration = try NetworkConfiguration(#require(Backbone(KeyShapes(shapes))))
    let network = try configuration.network(Numbers.self, front: front, source: FormulaParameters(keys))
    #expect(network.front == front)
    try golden.check(network, tolerances)
    for case .counter(let counter) in network.registry.entries {
      #expect(counter.value == batches(counter.key), "\(counter.key)")
    }
  }

  private func check<Numbers: Kernels>(
    _ network: any SpeakerNetwork<Numbers>, _ tolerances: GoldenTolerances
  ) throws {
    let machine = Machine(workers: 2)
    let features = features(network.front)
    try network.check(features: features, batch: document.B, frames: document.T)
    let evaluated = network.forward(Tape(machine, training: false), features, batch: document.B)
    let evaluation = relativeDistance(doubles(evaluated.value), document.eval_out.flatMap { $0 })
    #expect(evaluation < tolerances.evaluation)

    let tape = Tape<Numbers>(machine, training: true)
    let output = network.forward(tape, features, batch: document.B)
    let training = relativeDistance(doubles(output.value), document.train_out.flatMap { $0 })
    #expect(training < tolerances.training)

    let (slopes, _) = output.claimGradient()
    for b in 0..<document.B {
      for k in 0..<network.embedding {
        slopes[b, k] = Numbers.Real(Self.slope(b, k, of: document.B * network.embedding))
      }
    }
    tape.backward()
    try compareGradients(network.registry, tolerances)
    try compareStatistics(network.registry)
  }

  private func compareGradients<Real>(_ registry: Registry<Real>, _ tolerances: GoldenTolerances) throws {
    #expect(registry.parameters.map(\.key) == gradients.map(\.key))
    for (parameter, (key, expected)) in zip(registry.parameters, gradients) {
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

  private func compareStatistics<Real>(_ registry: Registry<Real>) throws {
    guard let expected = document.running_stats_l2_after else { return }
    var compared = 0
    for case .buffer(let buffer) in registry.entries {
      let length = try #require(expected[buffer.key]?.first)
      #expect(abs(lengthOf(buffer.value) - length) < 1e-4 * length, "\(buffer.key)")
      compared += 1
    }
    #expect(compared == expected.count)
  }

  private func doubles<Real: BinaryFloatingPoint>(_ rows: Training.Rows<Real>) -> [Double] {
    rows.elements.map { Double($0) }
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
}
