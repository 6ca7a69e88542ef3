// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A loss over a batch, and how many of the highest scores were the right ones. Where processes share a batch, an
/// operation gives this process's part of both.
package struct Loss: Sendable, Equatable {
  package var value: Double
  package var correct: Int

  package init(value: Double, correct: Int) {
    self.value = value
    self.correct = correct
  }
}

extension Tape {
  /// The mean over rows of -log softmax(logits)[label] (`torch.nn.CrossEntropyLoss`).
  package func crossEntropy(_ logits: Variable<Real>, labels: [Int]) -> Loss {
    classify(logits, labels: labels, scale: 1) { value in (value, 1) }
  }

  /// Cross-entropy of scale * score, the score of the right class changed by `target`, which gives its new
  /// value and slope.
  func classify(
    _ scores: Variable<Real>, labels: [Int], scale: Double, target: (Double) -> (value: Double, slope: Double)
  ) -> Loss {
    precondition(labels.count == scores.rows, "a label for each row")
    let slopes = Rows<Real>(arena, scores.rows, scores.channels)
    let total = Double(labels.count * processes.count)
    var loss = Loss(value: 0, correct: 0)
    for (row, label) in labels.enumerated() {
      let raw = scores.value.row(row).elements.map { Double($0) }
      if raw.indices.max(by: { raw[$0] < raw[$1] }) == label { loss.correct += 1 }
      var logits = raw.map { $0 * scale }
      let (value, slope) = target(raw[label])
      logits[label] = value * scale
      let top = logits.max() ?? 0
      let powers = logits.map { exp($0 - top) }
      let sum = powers.reduce(0, +)
      loss.value += (log(sum) + top - logits[label]) / total
      for n in powers.indices {
        let d = (powers[n] / sum - (n == label ? 1 : 0)) * scale / total
        slopes[row, n] = Real(n == label ? d * slope : d)
      }
    }
    guard scores.requiresGradient else { return loss }
    record {
      let (d, accumulate) = scores.claimGradient()
      Numbers.add(slopes, into: d, accumulate: accumulate)
    }
    return loss
  }
}
