// SPDX-License-Identifier: Apache-2.0

/// Some rows of a parameter, of its gradient and of its state, which one worker moves.
///
/// Pieces are cut by shape alone: about 65536 numbers each.
struct StepPiece<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable, Rule> {
  let value: Rows<Real>
  let gradient: Rows<Real>
  let state: [Rows<Real>]
  let step: Rule
}

extension Array {
  /// Adds the pieces of one parameter.
  mutating func append<Real, Rule>(
    _ parameter: Parameter<Real>, _ gradient: Rows<Real>, state: [Rows<Real>], _ step: Rule
  ) where Element == StepPiece<Real, Rule> {
    for range in parameter.value.pieces {
      append(
        StepPiece(
          value: parameter.value.rows(range), gradient: gradient.rows(range),
          state: state.map { $0.rows(range) }, step: step))
    }
  }

  /// Runs `body` on every piece.
  func run<Real, Rule>(_ workers: Workers, _ body: (Element) -> Void)
  where Element == StepPiece<Real, Rule> {
    let elements = reduce(0) { $0 + $1.value.rows * $1.value.columns }
    workers.forEach(count, elements: elements) { body(self[$0]) }
  }
}

extension Parameter {
  /// The gradient that a step is to use: none where the parameter is frozen or nothing has written one.
  package var usedGradient: Rows<Real>? { isFrozen ? nil : variable.gradient }
}
