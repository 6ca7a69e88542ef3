// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing
import Training

/// The fast kernels, in Double and in Float, against their definition in Double.
@Suite struct KernelTests {
  static let sizes = [(1, 1), (5, 3), (33, 17), (70, 130), (40, 700)]

  /// Deterministic matrices whose rows lie apart, in one precision.
  final class Bench<Real: NativeReal> {
    let arena = Arena(regionBytes: 2 << 20)
    private var kept: [AnyObject] = []
    private var count = 0

    func matrix(_ rows: Int, _ columns: Int, scale: Double = 1, offset: Double = 0) -> Training.Rows<Real> {
      fill(dense(rows, columns + 3).columns(2..<(columns + 2)), scale: scale, offset: offset)
    }

    /// One whose rows lie together.
    func dense(_ rows: Int, _ columns: Int, scale: Double = 1, offset: Double = 0) -> Training.Rows<Real> {
      let block = Block<Real>(arena, count: rows * columns)
      kept.append(block)
      return fill(block.rows(rows, columns), scale: scale, offset: offset)
    }

    private func fill(
      _ whole: Training.Rows<Real>, scale: Double, offset: Double
    ) -> Training.Rows<Real> {
      count += 1
      let (rows, columns) = (whole.rows, whole.columns)
      for r in 0..<rows {
        for c in 0..<columns {
          whole[r, c] = Real(Float(scale * sin(Double(r * 31 + c * 17 + count * 7) * 0.7) + offset))
        }
      }
      return whole
    }

    func sums(_ columns: Int) -> Training.Rows<Double> {
      let block = Block<Double>(arena, count: columns)
      kept.append(block)
      return block.rows(1, columns)
    }
  }

  /// Runs the same calls on three sets of kernels and compares what they return.
  func compare(
    rows: Int, columns: Int,
    _ reference: (Bench<Double>, Int, Int) -> [[Double]], _ double: (Bench<Double>, Int, Int) -> [[Double]],
    _ float: (Bench<Float>, Int, Int) -> [[Double]], float tolerance: Double = 2e-5
  ) {
    let expected = reference(Bench(), rows, columns)
    for (found, bound) in [
      (double(Bench(), rows, columns), 1e-12), (float(Bench(), rows, columns), tolerance),
    ] {
      #expect(found.count == expected.count)
      for (index, (a, b)) in zip(found, expected).enumerated() {
        let size = b.reduce(1e-3) { max($0, abs($1)) }
        let apart = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(
          a.count == b.count && apart <= bound * size, "result \(index) at \(rows) x \(columns): \(apart)")
      }
    }
  }

  @Test(arguments: sizes) func `batch normalisation`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let z = b.matrix(n, m)
      let (bias, context) = (b.matrix(1, m), b.matrix(1, m))
      let (mean, squares, sum, product) = (b.sums(m), b.sums(m), b.sums(m), b.sums(m))
      K.activate(z, bias: bias, context: context, .relu, moments: (mean, squares))
      let y = b.matrix(n, m)
      K.affine(z, scale: bias, offset: context, into: y)
      let (d, centre, inverse) = (b.matrix(n, m), b.matrix(1, m), b.matrix(1, m))
      K.normSums(d, z, mean: centre, inverse: inverse, sum: sum, product: product)
      let first = [z, y].map(doubles) + [mean, squares, sum, product].map(\.elements)
      K.normBackward(
        d, z, mean: centre, p: bias, u: context, v: inverse, .relu, sum: sum)
      var results = first + [doubles(d), sum.elements]
      for (target, accumulate) in [(y, true), (y, false), (nil, false)] {
        K.activatedNormBackward(
          d, z, b.matrix(n, m), mean: centre, inverse: inverse, p: bias, .clipped, sum: sum, product: product,
          into: target, accumulate: accumulate)
        results += [doubles(y), sum.elements, product.elements]
      }
      return results
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  /// Rows that lie together are taken side by side, and so are summed in other groups.
  @Test(arguments: sizes + [(1100, 17)], [true, false])
  func `batch normalisation before the activation`(_ size: (Int, Int), _ isDense: Bool) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      func map(_ scale: Double = 1, offset: Double = 0) -> Training.Rows<K.Real> {
        isDense ? b.dense(n, m, scale: scale, offset: offset) : b.matrix(n, m, scale: scale, offset: offset)
      }
      let (z, y, residual, branch) = (map(3, offset: 1), map(), map(), map())
      let (scale, offset, mean, inverse) = (b.matrix(1, m), b.matrix(1, m), b.matrix(1, m), b.matrix(1, m))
      let (sum, product) = (b.sums(m), b.sums(m))
      var results: [[Double]] = []
      K.activate(z, bias: nil, context: nil, .none, moments: (sum, product))
      results += [doubles(z), sum.elements, product.elements]
      for activation in [Activation.none, .relu, .clipped] {
        K.affineActivate(z, scale: scale, offset: offset, residual: nil, activation, into: y)
        results.append(doubles(y))
        let gate = AffineGate(scale: scale, offset: offset, activation)
        let d = map()
        K.normSums(d, z, mean: mean, inverse: inverse, gate: gate, sum: sum, product: product)
        results += [sum, product].map(\.elements)
        K.normBackward(d, z, mean: mean, p: scale, u: offset, v: inverse, .none, gate: gate, sum: sum)
        results += [doubles(d), sum.elements]
        K.affineActivate(z, scale: scale, offset: offset, residual: residual, activation, into: y)
        results.append(doubles(y))
        for target in [nil, (branch, false), (branch, true)] {
          let d = map()
          K.branchSums(
            d, y, activation, branch: target, z, mean: mean, inverse: inverse, sum: sum, product: product)
          results += [doubles(d), doubles(branch), sum.elements, product.elements]
        }
      }
      return results
    }
    compare(
      rows: size.0, columns: size.1, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: sizes) func `padding, folding, taps`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      var results: [[Double]] = []
      for mode in [Padding.reflect, .zeros] {
        let padding = min(4, n - 1)
        let (x, plus, out, dx) = (
          b.matrix(n, m), b.matrix(n, m), b.matrix(n + 2 * padding, m), b.matrix(n, m)
        )
        K.pad(x, plus: nil, by: padding, mode, into: out)
        results.append(doubles(out))
        K.pad(x, plus: plus, by: padding, mode, into: out)
        results.append(doubles(out))
        K.fold(out, by: padding, mode, into: dx, accumulate: false)
        results.append(doubles(dx))
        K.fold(out, by: padding, mode, into: dx, accumulate: true)
        results.append(doubles(dx))
        K.add(x, into: dx, accumulate: true)
        results.append(doubles(dx))
      }
      let (weight, packed) = (b.matrix(n, 3 * m), b.matrix(n, 3 * m))
      K.deinterleave(weight, 3, rows: 0..<n, into: packed)
      K.interleave(packed, 3, rows: 0..<n, into: weight, accumulate: true)
      return results + [doubles(packed), doubles(weight)]
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: sizes) func `statistics and attention`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (x, mean, deviation, dx) = (b.matrix(n, m), b.matrix(1, m), b.matrix(1, m), b.matrix(n, m))
      let (dMean, dDeviation, dBias) = (b.matrix(1, m), b.matrix(1, m), b.sums(m))
      var results: [[Double]] = []
      // One row has no unbiased deviation.
      for form in [DeviationForm.biased] + (n > 1 ? [.unbiased(epsilon: 0), .unbiased(epsilon: 1e-8)] : []) {
        K.deviation(x, form, mean: mean, deviation: deviation)
        results += [mean, deviation].map(doubles)
        for accumulate in [false, true] {
          K.deviationBackward(
            x, form, mean: mean, deviation: deviation, dMean: dMean, dDeviation: dDeviation, into: dx,
            accumulate: accumulate)
          results.append(doubles(dx))
        }
      }
      for accumulate in [false, true] {
        let (logits, bias) = (b.matrix(n, m, scale: 3), b.matrix(1, m))
        K.attentivePool(logits, bias: bias, x, mean: mean, deviation: deviation)
        results += [logits, mean, deviation].map(doubles)
        K.attentivePoolBackward(
          logits, x, mean: mean, deviation: deviation, dMean: dMean, dDeviation: dDeviation, into: dx,
          accumulate: accumulate, dBias: dBias)
        results += [logits, dx].map(doubles)
      }
      return results
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) },
      float: rows == 1 ? 1 : 1e-4)
  }

  @Test(arguments: sizes) func `gates and functions of one element`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (y, d, out, gate, sums) = (
        b.matrix(n, m), b.matrix(n, m), b.matrix(n, m), b.matrix(1, m), b.matrix(1, m)
      )
      K.gate(y, gate: gate, residual: d, into: out)
      var results = [doubles(out)]
      K.gateSums(d, y, into: sums)
      K.gateBackward(d, gate: gate, offset: sums, into: out, accumulate: false)
      results += [sums, out].map(doubles)
      K.gateBackward(d, gate: gate, offset: sums, into: out, accumulate: true)
      K.columnMeans(out, into: sums)
      results += [sums, out].map(doubles)
      K.tanh(y, into: out)
      results.append(doubles(out))
      K.tanhBackward(out, d, into: y, accumulate: true)
      results.append(doubles(y))
      let wide = b.matrix(n, m, scale: 20)
      K.sigmoid(wide)
      let power = b.matrix(n, m, scale: 2, offset: 2)
      K.logNormalise(power, into: out)
      return results + [wide, out].map(doubles)
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) },
      float: 1e-4)
  }

  @Test(arguments: sizes) func `products and unit rows`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (a, w, c, out) = (b.matrix(n, m), b.matrix(7, m), b.matrix(n, 7), b.matrix(7, m))
      K.multiply(a, transposed: false, w, transposed: true, into: c, accumulate: false)
      var results = [doubles(c)]
      K.multiply(c, transposed: true, a, transposed: false, into: out, accumulate: true)
      results.append(doubles(out))
      K.multiply(c, transposed: false, w, transposed: false, into: a, accumulate: false)
      results.append(doubles(a))
      let (lengths, dx) = (b.matrix(1, 7), b.matrix(7, m))
      K.unitRows(w, into: out, lengths: lengths)
      results += [out, lengths].map(doubles)
      K.unitRowsBackward(w, out, lengths: lengths, into: dx, accumulate: true)
      return results + [doubles(dx)]
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: sizes) func `softmax, moving average`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (x, y, d, dx) = (b.matrix(n, m, scale: 3), b.matrix(n, m), b.matrix(n, m), b.matrix(n, m))
      let (row, factors) = (b.matrix(1, m), b.matrix(1, n))
      K.softmax(x, minus: nil, temperature: 0.5, into: y)
      var results = [doubles(y)]
      for accumulate in [true, false] {
        K.softmaxBackward(y, d, scale: 3, into: dx, accumulate: accumulate)
        K.softmaxBackward(y, row, scale: -2, into: dx, accumulate: true)
        results.append(doubles(dx))
        var losses: [Double] = []
        for r in 0..<n {
          let targets = y.rows(from: r, by: 2, count: (n - r + 1) / 2)
          losses.append(
            K.softTargets(
              x.row(r), targets, temperature: 0.7, scale: 2, into: dx.row(r), accumulate: accumulate))
          losses.append(
            K.softTargets(
              x.row(r), targets, temperature: 0.7, scale: 2, into: nil, accumulate: accumulate))
        }
        results += [losses, doubles(dx)]
      }
      K.softmax(x, minus: row, temperature: 0.5, into: x)
      K.rowDots(x, d, into: factors)
      K.scaleRows(d, by: factors, into: y)
      K.average(dx, d, keep: 0.996)
      return results + [x, factors, y, dx].map(doubles)
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: sizes) func `steps of the optimizers, and clipping`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      var results: [[Double]] = []
      for (nesterov, isFirst) in [(false, true), (true, false), (false, false)] {
        let (value, gradient, buffer) = (b.matrix(n, m), b.matrix(n, m), b.matrix(n, m))
        let step = SGDStep(
          learningRate: 0.3, momentum: 0.8, dampening: 0.2, weightDecay: 0.1, nesterov: nesterov,
          isFirst: isFirst)
        K.descend(value, gradient, momentum: buffer, step)
        results += [value, buffer].map(doubles)
        K.descend(value, gradient, momentum: nil, step)
        results.append(doubles(value))
      }
      for (isDecoupled, beta1, count) in [(false, 0.9, Float(1)), (true, 0.3, 7), (true, 0.9, 50)] {
        let (value, gradient, mean) = (b.matrix(n, m), b.matrix(n, m), b.matrix(n, m))
        // Mean squares are above zero.
        let (square, largest) = (b.matrix(n, m, offset: 2), b.matrix(n, m, offset: 2))
        let step = AdamStep(
          AdamSettings(beta1: beta1, beta2: 0.9, epsilon: 1e-3), learningRate: 0.3, weightDecay: 0.1,
          isDecoupled: isDecoupled, count: count)
        K.adam(value, gradient, mean: mean, square: square, largest: nil, step)
        results += [value, mean, square].map(doubles)
        K.adam(value, gradient, mean: mean, square: square, largest: largest, step)
        results += [value, mean, square, largest].map(doubles)
        K.pull(gradient, value, from: mean, by: 0.3)
        results.append(doubles(gradient))
        K.pull(value, value, from: mean, by: -0.2)
        K.scale(value, by: 0.7)
        results += [doubles(value), [K.squareSum(gradient)]]
      }
      return results
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test func `the fast exponential keeps float's digits`() {
    let bench = Bench<Float>()
    let count = 20001
    let x = bench.matrix(1, count)
    for i in 0..<count { x[0, i] = Float(i - 10000) * 0.008 }
    let expected = x.elements.map { 1 / (1 + exp(-Double($0))) }
    NativeKernels<Float>.sigmoid(x)
    for (found, value) in zip(x.elements, expected) { #expect(abs(Double(found) - value) <= 4e-7 * value) }
  }
}

/// The elements as doubles.
func doubles<Real: BinaryFloatingPoint>(_ rows: Training.Rows<Real>) -> [Double] {
  rows.elements.map { Double($0) }
}
