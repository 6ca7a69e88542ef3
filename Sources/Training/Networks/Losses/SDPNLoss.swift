// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The loss of self-distillation with prototypes (Chen et al., "Self-distillation prototypes network", 2024) as
/// 3D-Speaker's `sdpn_loss.py` computes it, after Assran et al., "Masked siamese networks", 2022.
///
/// Scores are cosines between outputs and prototypes: rows x prototypes.
package struct SDPNLoss: Sendable, Equatable {
  /// `tau`.
  package var temperature = 0.1
  /// `T`: targets are raised to 1 / T.
  package var sharpening = 0.25
  package var sinkhornIterations = 3
  package var memaxWeight = 1.0

  package init() {}

  /// How the student shall assign its crops: the teacher's assignments, sharpened, and evened out over prototypes.
  ///
  /// - Returns: the memory of the scores, taken over.
  package func targets<Numbers: Kernels>(
    _ tape: Tape<Numbers>, scores: Variable<Numbers.Real>
  ) -> Variable<Numbers.Real> {
    // softmax(z)^(1/T), normalised, is softmax(z / T).
    Numbers.softmax(
      scores.value, minus: nil, temperature: temperature * sharpening, into: scores.value)
    // Evened out over the batches of all processes.
    var shares = tape.processes.gather(scores.value.elements.map { Double($0) })
    Self.sinkhorn(&shares, columns: scores.channels, iterations: sinkhornIterations)
    let own = tape.processes.rank * scores.rows
    for row in 0..<scores.rows {
      for column in 0..<scores.channels {
        scores.value[row, column] = Numbers.Real(shares[(own + row) * scores.channels + column])
      }
    }
    return scores
  }

  /// Scales columns to equal sums and rows to sums of 1, in turn (Cuturi, "Sinkhorn distances", 2013).
  package static func sinkhorn(_ q: inout [Double], columns: Int, iterations: Int) {
    let rows = q.count / columns
    for _ in 0..<iterations {
      var sums = [Double](repeating: 0, count: columns)
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += q[row * columns + column] }
      }
      for row in 0..<rows {
        var sum = 0.0
        for column in 0..<columns {
          // A prototype that nothing is near stays without a share.
          if sums[column] > 0 { q[row * columns + column] /= sums[column] }
          sum += q[row * columns + column]
        }
        for column in 0..<columns { q[row * columns + column] /= sum }
      }
    }
  }

  /// The two terms of the loss: the cross-entropy, and memax, which is 0 when the mean assignment is uniform.
  package struct Value: Sendable, Equatable {
    package var crossEntropy: Double
    package var memax: Double
  }

  /// The loss of the student's scores, its gradient put into them: cross-entropy + `memaxWeight` memax. Of several
  /// processes each has its share of the rows, and the loss is that of all.
  ///
  /// - Parameters:
  ///   - scores: crop after crop, each of as many rows as there are targets.
  ///   - targets: one row for each utterance.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, scores: Variable<Numbers.Real>, targets: Variable<Numbers.Real>
  ) -> Value {
    let (rows, prototypes) = (scores.rows, scores.channels)
    precondition(rows % targets.rows == 0 && targets.channels == prototypes, "targets for every crop")
    let all = Double(rows * tape.processes.count)
    let gradient = scores.requiresGradient ? scores.claimGradient() : nil
    let shares = Rows<Numbers.Real>(tape.arena, rows, prototypes)
    let losses = Rows<Double>(tape.arena, 1, rows)
    tape.workers.forEach(rows, elements: 4 * scores.elements) { row in
      losses[0, row] = Numbers.softTargets(
        scores.value.row(row), targets.value.row(row % targets.rows), temperature: temperature,
        scale: 1 / all, into: gradient?.rows.row(row), accumulate: gradient?.accumulate ?? false)
      Numbers.softmax(
        scores.value.row(row), minus: nil, temperature: temperature, into: shares.row(row))
    }
    let mean = Rows<Numbers.Real>(tape.arena, 1, prototypes)
    Numbers.columnMeans(shares, into: mean)
    tape.processes.mean(Numbers.self, mean)
    let loss = tape.processes.sum([losses.elements.reduce(0, +)])[0]
    var value = Value(crossEntropy: loss / all, memax: log(Double(prototypes)))
    for column in 0..<prototypes {
      let share = Double(mean[0, column])
      value.memax += share > 0 ? share * log(share) : 0
      // From here on the row holds the slope of memax.
      mean[0, column] = Numbers.Real(share > 0 ? log(share) + 1 : 0)
    }
    if let gradient, memaxWeight != 0 {
      tape.workers.forEach(rows, elements: 4 * scores.elements) { row in
        Numbers.softmaxBackward(
          shares.row(row), mean, scale: memaxWeight / (temperature * all),
          into: gradient.rows.row(row), accumulate: true)
      }
    }
    return value
  }
}
