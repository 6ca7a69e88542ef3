// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Additive angular margin (ArcFace, Deng et al. 2019) as 3D-Speaker's `ArcMarginLoss` computes it.
///
/// The right class's cosine becomes cos(angle + margin); where the angle is beyond pi - margin it becomes
/// cos - (1 + cos(pi - margin)) instead: upstream's offset, not the usual margin * sin(margin).
package struct ArcMargin: Sendable, Equatable {
  package var scale = 32.0
  package var easyMargin = false

  package init(scale: Double = 32, easyMargin: Bool = false) {
    self.scale = scale
    self.easyMargin = easyMargin
  }

  /// The changed cosine and its slope. Upstream divides by zero where the cosine is 1; here the sine has a
  /// floor, and no slope on it.
  func target(_ cosine: Double, margin: Double) -> (value: Double, slope: Double) {
    let square = 1 - cosine * cosine
    let sine = max(square, 1e-12).squareRoot()
    let phi = cosine * cos(margin) - sine * sin(margin)
    let slope = cos(margin) + (square > 1e-12 ? sin(margin) * cosine / sine : 0)
    if easyMargin { return cosine > 0 ? (phi, slope) : (cosine, 1) }
    let threshold = cos(Double.pi - margin)
    return cosine > threshold ? (phi, slope) : (cosine - (1 + threshold), 1)
  }
}

extension Tape {
  /// Cross-entropy of the scaled cosines, with the margin on the right class.
  package func arcMargin(
    _ cosines: Variable<Real>, labels: [Int], margin: Double, _ loss: ArcMargin = ArcMargin()
  ) -> Loss {
    classify(cosines, labels: labels, scale: loss.scale) { loss.target($0, margin: margin) }
  }
}
