// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Tape where Numbers: StatisticsKernels {
  /// Mean and standard deviation over time (biased, at least 1e-6), side by side: one row of 2C for each utterance.
  package func statistics(_ x: Variable<Real>) -> Variable<Real> { statistics(x, .biased) }

  /// Mean and sqrt(unbiased variance + epsilon) over time, side by side: one row of 2C for each utterance. At least two
  /// positions; a deviation of 0 has no gradient, as in `torch.std`.
  package func unbiasedStatistics(_ x: Variable<Real>, epsilon: Double) -> Variable<Real> {
    precondition(x.positions > 1, "one value has no unbiased deviation")
    return statistics(x, .unbiased(epsilon: epsilon))
  }

  private func statistics(_ x: Variable<Real>, _ form: DeviationForm) -> Variable<Real> {
    let pooled = make(
      batch: x.batch, positions: 1, channels: 2 * x.channels, requiresGradient: x.requiresGradient)
    let (means, deviations) = halves(pooled.value)
    workers.forEach(x.batch, elements: x.elements) { b in
      Numbers.deviation(
        x.value.rows(x.utterance(b)), form, mean: means.row(b), deviation: deviations.row(b))
    }
    trace { $0.give($0.statistics($0.sequence(x), .sequence, form), to: pooled, .sequence) }
    guard pooled.requiresGradient else { return pooled }
    record { [unowned self] in
      guard let d = pooled.gradient else { return }
      let (dMeans, dDeviations) = halves(d)
      let (dx, accumulate) = x.claimGradient()
      let (means, deviations) = halves(pooled.value)
      workers.forEach(x.batch, elements: x.elements) { b in
        Numbers.deviationBackward(
          x.value.rows(x.utterance(b)), form, mean: means.row(b), deviation: deviations.row(b),
          dMean: dMeans.row(b), dDeviation: dDeviations.row(b), into: dx.rows(x.utterance(b)),
          accumulate: accumulate)
      }
    }
    return pooled
  }

  /// Mean and standard deviation of x over time under the weights softmax(logits + bias), side by side.
  ///
  /// Takes the logits over: their memory then holds the weights, and later the logits' gradient.
  package func attentiveStatistics(
    _ x: Variable<Real>, logits: Variable<Real>, bias: Variable<Real>
  ) -> Variable<Real> {
    let pooled = make(
      batch: x.batch, positions: 1, channels: 2 * x.channels,
      requiresGradient: x.requiresGradient || logits.requiresGradient || bias.requiresGradient)
    let (means, deviations) = halves(pooled.value)
    workers.forEach(x.batch, elements: x.elements) { b in
      Numbers.attentivePool(
        logits.value.rows(x.utterance(b)), bias: bias.value, x.value.rows(x.utterance(b)),
        mean: means.row(b), deviation: deviations.row(b))
    }
    trace { graph in
      let weights = graph.node("Softmax", [graph.addBias(graph[logits], bias)], [("axis", .int(2))])
      graph.give(graph.weightedStatistics(graph.sequence(x), by: weights), to: pooled, .sequence)
    }
    guard pooled.requiresGradient else { return pooled }
    record { [unowned self] in
      guard let d = pooled.gradient else { return }
      let (means, deviations) = halves(pooled.value)
      let (dMeans, dDeviations) = halves(d)
      let sums = UtteranceSums(arena, batch: x.batch, kinds: 1, channels: x.channels)
      // A frozen input still needs somewhere to put a gradient that nobody reads.
      let (dx, accumulate) =
        x.requiresGradient ? x.claimGradient() : (Rows(arena, x.rows, x.channels), false)
      workers.forEach(x.batch, elements: x.elements) { b in
        Numbers.attentivePoolBackward(
          logits.value.rows(x.utterance(b)), x.value.rows(x.utterance(b)), mean: means.row(b),
          deviation: deviations.row(b), dMean: dMeans.row(b), dDeviation: dDeviations.row(b),
          into: dx.rows(x.utterance(b)), accumulate: accumulate, dBias: sums.row(b))
      }
      if bias.requiresGradient {
        let (gradient, accumulate) = bias.claimGradient()
        let total = sums.total(0, of: 1)
        for c in total.indices { gradient[0, c] = (accumulate ? gradient[0, c] : 0) + Real(total[c]) }
      }
      if logits.requiresGradient { logits.tensor.adopt(logits.value) }
    }
    return pooled
  }

  private func halves(_ rows: Rows<Real>) -> (Rows<Real>, Rows<Real>) {
    let half = rows.columns / 2
    return (rows.columns(0..<half), rows.columns(half..<rows.columns))
  }
}
