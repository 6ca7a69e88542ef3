// SPDX-License-Identifier: Apache-2.0

/// A tensor on the tape, or some of its channels: `batch` utterances of `positions` rows of `channels`.
///
/// A position is a frame; a two-dimensional network has (frequency, frame) as one position.
package struct Variable<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let tensor: Tensor<Real>
  let columns: Range<Int>
  package let batch: Int
  package let positions: Int

  package var channels: Int { columns.count }
  package var rows: Int { batch * positions }
  package var elements: Int { rows * channels }
  package var requiresGradient: Bool { tensor.requiresGradient }

  init(_ tensor: Tensor<Real>, columns: Range<Int>? = nil, batch: Int, positions: Int) {
    precondition(tensor.value.rows == batch * positions, "a row for each position")
    self.tensor = tensor
    self.columns = columns ?? 0..<tensor.value.columns
    self.batch = batch
    self.positions = positions
  }

  /// The values.
  package var value: Rows<Real> { tensor.value.columns(columns) }

  /// The gradient, when the backward pass has written one.
  package var gradient: Rows<Real>? { tensor.gradient(columns) }

  /// Where the backward pass puts this variable's gradient, and whether it must add to what is there.
  package func claimGradient() -> (rows: Rows<Real>, accumulate: Bool) { tensor.claim(columns) }

  /// Some of the channels, sharing memory and gradient.
  package func channels(_ range: Range<Int>) -> Self {
    precondition(range.lowerBound >= 0 && range.upperBound <= channels, "outside the channels")
    let start = columns.lowerBound
    return Self(
      tensor, columns: (start + range.lowerBound)..<(start + range.upperBound), batch: batch,
      positions: positions)
  }

  /// The rows of one utterance.
  func utterance(_ index: Int) -> Range<Int> { (index * positions)..<((index + 1) * positions) }

  /// The rows of several utterances.
  func rows(of utterances: Range<Int>) -> Range<Int> {
    (utterances.lowerBound * positions)..<(utterances.upperBound * positions)
  }
}
