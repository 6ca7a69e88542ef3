// SPDX-License-Identifier: Apache-2.0
import CKernels

extension Tape where Numbers: TimePoolingKernels {
  /// Temporal statistics pooling, 3D-Speaker's `TSTP`: mean and sqrt(unbiased variance + 1e-8) over time, one row for
  /// each utterance: all means, then all deviations, each channel by channel and in it by frequency.
  package func timeStatistics(_ map: Map2d<Real>) -> Variable<Real> {
    let (x, frequencies) = (map.variable, map.frequencies)
    let pooled = make(
      batch: x.batch, positions: 1, channels: 2 * x.channels * frequencies,
      requiresGradient: x.requiresGradient)
    workers.forEach(x.batch, elements: x.elements) { b in
      let (mean, deviation) = pooled.value.row(b).halves(columns: frequencies)
      Numbers.poolTime(
        x.value.rows(x.utterance(b)), frequencies: frequencies, mean: mean, deviation: deviation)
    }
    trace { $0.give($0.statistics($0[x], .map, .unbiased(epsilon: 1e-8)), to: pooled, .map) }
    guard pooled.requiresGradient else { return pooled }
    record { [unowned self] in
      guard let d = pooled.gradient else { return }
      let (dx, accumulate) = x.claimGradient()
      workers.forEach(x.batch, elements: x.elements) { b in
        let (mean, deviation) = pooled.value.row(b).halves(columns: frequencies)
        let (dMean, dDeviation) = d.row(b).halves(columns: frequencies)
        Numbers.poolTimeBackward(
          x.value.rows(x.utterance(b)), frequencies: frequencies, mean: mean, deviation: deviation,
          dMean: dMean, dDeviation: dDeviation, into: dx.rows(x.utterance(b)), accumulate: accumulate)
      }
    }
    return pooled
  }
}

/// Mean and deviation over the frames of a map.
package protocol TimePoolingKernels: MatrixKernels {
  /// mean and deviation, each channels x frequencies, over the frames of a map whose row f * frames + t is (f, t);
  /// deviation := sqrt(unbiased variance + 1e-8).
  static func poolTime(_ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix)
  static func poolTimeBackward(
    _ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool)
}

extension ReferenceKernels: TimePoolingKernels {
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
}

extension NativeKernels: TimePoolingKernels {
  package static func poolTime(_ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix) {
    unsafe table.pool_time(x.c, frequencies, mean.c, deviation.c)
  }

  package static func poolTimeBackward(
    _ x: Matrix, frequencies: Int, mean: Matrix, deviation: Matrix, dMean: Matrix, dDeviation: Matrix,
    into dx: Matrix, accumulate: Bool
  ) {
    unsafe table.pool_time_backward(
      x.c, frequencies, mean.c, deviation.c, dMean.c, dDeviation.c, dx.c, accumulate ? 1 : 0)
  }
}
