// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// Temporal statistics pooling, 3D-Speaker's `TSTP`: mean and sqrt(unbiased variance + 1e-8) over time, one row for
  /// each utterance: all means, then all deviations, each channel by channel and in it by frequency.
  func timeStatistics(_ map: Map2d<Real>) -> Variable<Real> {
    let (x, frequencies) = (map.variable, map.frequencies)
    let pooled = make(
      batch: x.batch, positions: 1, channels: 2 * x.channels * frequencies,
      requiresGradient: x.requiresGradient)
    workers.forEach(x.batch, elements: x.elements) { b in
      let (mean, deviation) = pooled.value.row(b).halves(columns: frequencies)
      Numbers.poolTime(
        x.value.rows(x.utterance(b)), frequencies: frequencies, mean: mean, deviation: deviation)
    }
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
