// SPDX-License-Identifier: Apache-2.0

/// Sums over each utterance's rows: `kinds` rows of doubles for each utterance.
struct UtteranceSums {
  private let rows: Rows<Double>

  init(_ arena: Arena, batch: Int, kinds: Int, channels: Int) {
    rows = Rows(arena, batch * kinds, channels)
  }

  func row(_ index: Int) -> Rows<Double> { rows.row(index) }

  /// One kind summed over the utterances, in their order.
  func total(_ kind: Int, of kinds: Int) -> [Double] {
    var total = [Double](repeating: 0, count: rows.columns)
    for index in stride(from: kind, to: rows.rows, by: kinds) {
      for c in total.indices { total[c] += rows[index, c] }
    }
    return total
  }
}

/// Mean and sum of squared deviations of each channel over a batch.
struct BatchStatistics {
  var mean: [Double]
  var squares: [Double]
  let count: Int

  /// Joins the utterances' means (row 2b) and squares (row 2b + 1), each over `rowsEach` rows
  /// (Chan, Golub, LeVeque 1979), in their order.
  init(parts: UtteranceSums, batch: Int, rowsEach: Int) {
    mean = parts.total(0, of: 2).map { $0 / Double(batch) }
    squares = parts.total(1, of: 2)
    count = batch * rowsEach
    for b in 0..<batch {
      let row = parts.row(2 * b)
      for c in mean.indices {
        let apart = row[0, c] - mean[c]
        squares[c] += Double(rowsEach) * apart * apart
      }
    }
  }

  /// With those of more channels after them, over the same rows.
  func joined(_ others: BatchStatistics) -> BatchStatistics {
    var all = self
    all.mean += others.mean
    all.squares += others.squares
    return all
  }
}

/// A batch normalisation as one affine map for each channel, forward and back.
final class NormScale<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  private let arena: Arena
  private let weight: [Double]
  private let inverses: [Double]
  let mean: Rows<Real>
  let inverse: Rows<Real>
  let scale: Rows<Real>
  let offset: Rows<Real>

  /// With the batch's statistics, or with the running ones.
  init(_ arena: Arena, _ norm: BatchNorm<Real>, batch: BatchStatistics?) {
    let channels = norm.channels
    self.arena = arena
    let rows = Rows<Real>(arena, 4, channels)
    (mean, inverse, scale, offset) = (rows.row(0), rows.row(1), rows.row(2), rows.row(3))
    // Rows are looked up once, not once for each channel: the look-up costs more than the arithmetic.
    let (gain, shift) = (norm.weight?.value, norm.bias?.value)
    let running = (mean: norm.runningMean.value, variance: norm.runningVariance.value)
    var (weight, inverses) = (
      [Double](repeating: 1, count: channels), [Double](repeating: 0, count: channels)
    )
    for c in 0..<channels {
      if let gain { weight[c] = Double(gain[0, c]) }
      let variance = batch.map { $0.squares[c] / Double($0.count) } ?? Double(running.variance[0, c])
      inverses[c] = 1 / (variance + BatchNorm<Real>.epsilon).squareRoot()
      let centre = batch?.mean[c] ?? Double(running.mean[0, c])
      mean[0, c] = Real(centre)
      inverse[0, c] = Real(inverses[c])
      scale[0, c] = Real(weight[c] * inverses[c])
      offset[0, c] = Real((shift.map { Double($0[0, c]) } ?? 0) - centre * weight[c] * inverses[c])
    }
    (self.weight, self.inverses) = (weight, inverses)
  }

  /// Rows p, u, v of da = p dy + u (a - mean) + v; u and v are zero unless the statistics came from the
  /// batch of `rows` rows.
  func slopes(sum: [Double], product: [Double], rows: Int?) -> Slopes<Real> {
    let slopes = Slopes<Real>(arena, channels: weight.count)
    for c in weight.indices {
      let p = weight[c] * inverses[c]
      slopes.p[0, c] = Real(p)
      slopes.u[0, c] = rows.map { Real(-p * inverses[c] * product[c] / Double($0)) } ?? 0
      slopes.v[0, c] = rows.map { Real(-p * sum[c] / Double($0)) } ?? 0
    }
    return slopes
  }
}

/// The coefficients of `NormScale.slopes`, a row each.
struct Slopes<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  let p: Rows<Real>
  let u: Rows<Real>
  let v: Rows<Real>

  init(_ arena: Arena, channels: Int) {
    let rows = Rows<Real>(arena, 3, channels)
    (p, u, v) = (rows.row(0), rows.row(1), rows.row(2))
  }
}
