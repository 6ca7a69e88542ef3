// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// ECAPA-TDNN at full size on formula-filled weights, against PyTorch's outputs, gradients and statistics.
@Suite struct ECAPAGoldenTests {
  @Test(arguments: [("ecapa_tdnn_sup192", FrontEnd.fbank), ("ecapa_tdnn_rdino512", .mel)])
  func `in Double, outputs agree to 1e-8 and gradients to 1e-6`(_ name: String, _ front: FrontEnd) throws {
    try check(
      NativeKernels<Double>.self, golden: name + ".f64", keys: name, front,
      Tolerances(evaluation: 1e-8, training: 1e-8, gradients: 1e-6, tiny: 1e-11))
  }

  @Test(arguments: [
    ("ecapa_tdnn_sup192", "ecapa_tdnn_sup192", FrontEnd.fbank),
    ("ecapa_tdnn_sup192_T450", "ecapa_tdnn_sup192", .fbank),
    ("ecapa_tdnn_rdino512", "ecapa_tdnn_rdino512", .mel),
    ("ecapa_tdnn_sdpn512", "ecapa_tdnn_rdino512", .mel),
    ("ecapa_tdnn_sup_classdefault_c512", "ecapa_tdnn_sup_classdefault_c512", .fbank),
  ])
  func `in Float, as near as PyTorch's own float32`(
    _ name: String, _ keys: String, _ front: FrontEnd
  ) throws {
    try check(
      NativeKernels<Float>.self, golden: name, keys: keys, front,
      Tolerances(evaluation: 1e-5, training: 1e-3, gradients: 5e-2, tiny: 1e-6))
  }

  struct Tolerances {
    let evaluation: Double
    let training: Double
    let gradients: Double
    /// A gradient shorter than this is compared by absolute size.
    let tiny: Double
  }

  private func check<Numbers: Kernels>(
    _: Numbers.Type, golden name: String, keys: String, _ front: FrontEnd, _ tolerances: Tolerances
  ) throws {
    let golden = try NetworkGolden(name)
    let keys = try KeyLine.list(keys)
    let shapes = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.shape) })
    let configuration = try #require(ECAPAConfiguration(shapes: shapes))
    let network = try ECAPANetwork<Numbers>(configuration, front: front, source: FormulaParameters(keys))
    let machine = Machine(workers: 2)
    let (batch, frames) = (golden.document.B, golden.document.T)

    let still = Tape<Numbers>(machine, training: false)
    let evaluated = network.forward(
      still,
      still.input(golden.features(front), batch: batch, positions: frames, channels: configuration.inputs))
    let evaluation = evaluated.value.elements.map { Double($0) }
    #expect(relativeDistance(evaluation, golden.document.eval_out.flatMap { $0 }) < tolerances.evaluation)

    let tape = Tape<Numbers>(machine, training: true)
    let output = network.forward(
      tape,
      tape.input(golden.features(front), batch: batch, positions: frames, channels: configuration.inputs))
    let trained = output.value.elements.map { Double($0) }
    #expect(relativeDistance(trained, golden.document.train_out.flatMap { $0 }) < tolerances.training)

    let (slopes, _) = output.claimGradient()
    for b in 0..<batch {
      for k in 0..<configuration.embedding {
        slopes[b, k] = Numbers.Real(NetworkGolden.slope(b, k, of: batch * configuration.embedding))
      }
    }
    tape.backward()
    try compareGradients(network.registry, golden, tolerances)
    try compareStatistics(network.registry, golden, tolerances)
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

  private func compareStatistics<Real>(
    _ registry: Registry<Real>, _ golden: NetworkGolden, _ tolerances: Tolerances
  ) throws {
    guard let expected = golden.document.running_stats_l2_after else { return }
    var compared = 0
    for case .buffer(let buffer) in registry.entries {
      let length = try #require(expected[buffer.key]?.first)
      #expect(abs(lengthOf(buffer.value) - length) < 1e-4 * length, "\(buffer.key)")
      compared += 1
    }
    #expect(compared == expected.count)
    for case .counter(let counter) in registry.entries { #expect(counter.value == 8) }
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
