// SPDX-License-Identifier: Apache-2.0

/// Additive margin (AM-softmax, Wang et al. 2018) as 3D-Speaker's `AddMarginLoss` computes it: the right class's cosine
/// becomes cos - margin.
package struct AddMargin: Sendable, Equatable {
  package var scale = 32.0

  package init(scale: Double = 32) { self.scale = scale }
}

extension Tape {
  /// Cross-entropy of the scaled cosines, with the margin taken off the right class.
  package func addMargin(
    _ cosines: Variable<Real>, labels: [Int], margin: Double, _ loss: AddMargin = AddMargin()
  ) -> Loss {
    classify(cosines, labels: labels, scale: loss.scale) { ($0 - margin, 1) }
  }
}
