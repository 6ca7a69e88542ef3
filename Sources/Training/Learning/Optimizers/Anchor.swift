// SPDX-License-Identifier: Apache-2.0

/// Decay of some parameters towards values that they once had, in place of their group's decay towards zero (L2-SP).
///
/// A parameter w that began as w0 and is held with weight a has a (w - w0) added to its gradient, which is the gradient
/// of a/2 |w - w0|^2; where weight decay is decoupled from the gradient, w loses rate x a (w - w0) before the step, as
/// AdamW's decay does. Like weight decay it is no part of what is clipped, and leaves alone what has no gradient.
///
/// Li, Grandvalet and Davoine, "Explicit inductive bias for transfer learning with convolutional networks", 2018.
package final class Anchor<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let weight: Double
  private let arena = Arena(regionBytes: 8 << 20)
  /// Each with its parameter, so that no other object can get its identity.
  private var origins: [ObjectIdentifier: (parameter: Parameter<Real>, rows: Rows<Real>)] = [:]

  /// - Parameter origins: the values towards which each parameter decays, row by row: as many as it has.
  package init(weight: Double, _ origins: [(parameter: Parameter<Real>, values: [Float])]) {
    self.weight = weight
    for (parameter, values) in origins {
      let rows = Rows<Real>(arena, parameter.value.rows, parameter.value.columns)
      rows.update(from: values)
      self.origins[ObjectIdentifier(parameter)] = (parameter, rows)
    }
  }

  /// What a parameter decays towards; nil where that is zero.
  package func origin(of parameter: Parameter<Real>) -> Rows<Real>? {
    origins[ObjectIdentifier(parameter)]?.rows
  }
}

extension Optimizer {
  /// The decay towards zero that a parameter has in a step.
  func decay(of parameter: Parameter<Real>, in group: ParameterGroup<Real>) -> Double {
    anchor?.origin(of: parameter) == nil ? group.weightDecay : 0
  }

  /// Pulls what is anchored towards its origin: through the gradient, or, where decay is decoupled, the values.
  func pull(_ workers: Workers, learningRate: Double, isDecoupled: Bool) {
    guard let anchor else { return }
    var pieces: [StepPiece<Real, Double>] = []
    for group in groups {
      let factor = isDecoupled ? -group.rate.value(learningRate) * anchor.weight : anchor.weight
      for parameter in group.parameters {
        guard let gradient = parameter.usedGradient, let origin = anchor.origin(of: parameter) else {
          continue
        }
        pieces.append(parameter, gradient, state: [origin], factor)
      }
    }
    pieces.run(workers) { piece in
      Numbers.pull(
        isDecoupled ? piece.value : piece.gradient, piece.value, from: piece.state[0], by: piece.step)
    }
  }
}
