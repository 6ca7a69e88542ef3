// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Statistics over time, as definitions.
extension ReferenceKernels {
  package static func columnMeans(_ x: Matrix, into mean: Matrix) {
    for c in 0..<x.columns {
      mean[0, c] = Real(sum(x.rows) { Double(x[$0, c]) } / Double(x.rows))
    }
  }

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

  package static func poolTime(_ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix) {
    let frames = x.rows / frequencies
    each(mean) { c, f in
      let start = f * frames
      mean[c, f] = Real(sum(frames) { Double(x[start + $0, c]) } / Double(frames))
      let squares = sum(frames) { t in
        let apart = Double(x[start + t, c] - mean[c, f])
        return apart * apart
      }
      deviation[c, f] = Real((squares / Double(frames - 1) + 1e-8).squareRoot())
    }
  }

  package static func poolTimeBackward(
    _ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool
  ) {
    let frames = x.rows / frequencies
    each(x) { r, c in
      let f = r / frames
      let apart = (x[r, c] - mean[c, f]) / (deviation[c, f] * Real(frames - 1))
      dx[r, c] = (accumulate ? dx[r, c] : 0) + dMean[c, f] / Real(frames) + dDeviation[c, f] * apart
    }
  }

  /// Above the floor of the square root, where a deviation has a slope.
  private static func isLive(_ deviation: Real, _ form: DeviationForm) -> Bool {
    Double(deviation) * Double(deviation) > 1.000001 * form.floor
  }
}
