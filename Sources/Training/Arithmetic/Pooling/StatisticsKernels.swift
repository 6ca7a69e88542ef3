// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

/// A standard deviation: sqrt(max(variance, floor) + epsilon).
package struct DeviationForm: Sendable, Equatable {
  /// Taken off the number of values that the variance divides by (`torch.var`'s `correction`).
  package var correction: Int
  package var floor: Double
  package var epsilon: Double

  /// ECAPA-TDNN's.
  package static let biased = Self(correction: 0, floor: 1e-12, epsilon: 0)
  /// Of at least two values, as TSTP and `torch.std` have it.
  package static func unbiased(epsilon: Double) -> Self {
    Self(correction: 1, floor: 0, epsilon: epsilon)
  }
}

/// Mean and deviation over time, of all rows alike or under weights.
package protocol StatisticsKernels: MatrixKernels {
  /// mean := column means; deviation := the columns' deviation of one form.
  static func deviation(_ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix)
  /// dx (+)= the gradient; where the variance is at its floor, it has no slope.
  static func deviationBackward(
    _ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix,
    accumulate: Bool)
  /// logits := softmax over the rows of (logits + bias); mean and deviation of x under these weights.
  static func attentivePool(_ logits: Matrix, bias: Matrix?, _ x: Matrix, mean: Matrix, deviation: Matrix)
  /// weights := gradient of the logits; dx (+)= gradient of x; dBias := column sums of the former.
  static func attentivePoolBackward(
    _ weights: Matrix, _ x: Matrix, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool, dBias: Sums?)
}

extension ReferenceKernels: StatisticsKernels {
  package static func deviation(_ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix) {
    columnMeans(x, into: mean)
    for c in 0..<x.columns {
      let squares = sum(x.rows) { Double((x[$0, c] - mean[0, c]) * (x[$0, c] - mean[0, c])) }
      let variance = squares / Double(x.rows - form.correction)
      deviation[0, c] = Real((max(variance, form.floor) + form.epsilon).squareRoot())
    }
  }

  package static func deviationBackward(
    _ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix,
    accumulate: Bool
  ) {
    each(x) { r, c in
      var value = dMean[0, c] / Real(x.rows)
      if isLive(deviation[0, c], form) {
        let count = Real(x.rows - form.correction)
        value += dDeviation[0, c] * (x[r, c] - mean[0, c]) / (deviation[0, c] * count)
      }
      dx[r, c] = (accumulate ? dx[r, c] : 0) + value
    }
  }

  package static func attentivePool(
    _ logits: Matrix, bias: Matrix?, _ x: Matrix, mean: Matrix, deviation: Matrix
  ) {
    for c in 0..<x.columns {
      let raw = (0..<x.rows).map { Double(logits[$0, c] + (bias?[0, c] ?? 0)) }
      let top = raw.max() ?? 0
      let powers = raw.map { exp($0 - top) }
      let total = sum(x.rows) { powers[$0] }
      let centre = sum(x.rows) { powers[$0] * Double(x[$0, c]) } / total
      let variance = sum(x.rows) { r in
        let d = Double(x[r, c]) - centre
        return powers[r] / total * d * d
      }
      for r in 0..<x.rows { logits[r, c] = Real(powers[r] / total) }
      mean[0, c] = Real(centre)
      deviation[0, c] = Real(max(variance, 1e-12).squareRoot())
    }
  }

  package static func attentivePoolBackward(
    _ weights: Matrix, _ x: Matrix, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool, dBias: Sums?
  ) {
    for c in 0..<x.columns {
      let dVariance = isLive(deviation[0, c], .biased) ? dDeviation[0, c] / (2 * deviation[0, c]) : 0
      // The gradient of a weight, up to a constant that the softmax takes away.
      let slopes = (0..<x.rows).map { r -> Real in
        let d = x[r, c] - mean[0, c]
        return d * (dMean[0, c] + dVariance * d)
      }
      let centre = Real(sum(x.rows) { Double(weights[$0, c] * slopes[$0]) })
      dBias?[0, c] = 0
      for r in 0..<x.rows {
        let w = weights[r, c]
        let slope = dMean[0, c] + 2 * dVariance * (x[r, c] - mean[0, c])
        dx[r, c] = (accumulate ? dx[r, c] : 0) + w * slope
        weights[r, c] = w * (slopes[r] - centre)
        dBias?[0, c] += Double(weights[r, c])
      }
    }
  }

  /// Above the floor of the square root, where a deviation has a slope.
  private static func isLive(_ deviation: Real, _ form: DeviationForm) -> Bool {
    Double(deviation) * Double(deviation) > 1.000001 * form.floor
  }
}

extension NativeKernels: StatisticsKernels {
  package static func deviation(_ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix) {
    unsafe table.deviation(x.c, form.c, mean.c, deviation.c)
  }

  package static func deviationBackward(
    _ x: Matrix, _ form: DeviationForm, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix,
    accumulate: Bool
  ) {
    unsafe table.deviation_backward(
      x.c, form.c, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0)
  }

  package static func attentivePool(
    _ logits: Matrix, bias: Matrix?, _ x: Matrix, mean: Matrix, deviation: Matrix
  ) {
    unsafe table.pool(logits.c, bias.c(), x.c, mean.c, deviation.c)
  }

  package static func attentivePoolBackward(
    _ weights: Matrix, _ x: Matrix, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool, dBias: Sums?
  ) {
    unsafe table.pool_backward(
      weights.c, x.c, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0, dBias.sums())
  }
}

extension DeviationForm {
  fileprivate var c: ck_deviation { ck_deviation(correction: correction, floor: floor, epsilon: epsilon) }
}
