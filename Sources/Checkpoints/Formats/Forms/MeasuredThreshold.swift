// SPDX-License-Identifier: Apache-2.0

/// A threshold of the raw cosine, with the features that it was measured with: it holds for these alone.
package struct MeasuredThreshold: Sendable {
  /// Nil where none was measured for the cosine itself.
  package let value: Double?
  /// As `embed --front-end` calls them; nil where that is not known.
  package let frontEnd: Text?

  package init(_ value: Double?, frontEnd: Text?) { (self.value, self.frontEnd) = (value, frontEnd) }

  /// Why there is no threshold for whoever is given other features, or these; nil where there is one.
  ///
  /// - Parameters:
  ///   - features: what is computed where the threshold is to be used.
  ///   - use: who computes them, in words that the name of the features ends.
  package func misfit(for features: Text, _ use: String) -> String? {
    guard value != nil else { return "the calibration has none for the cosine itself" }
    guard frontEnd != features else { return nil }
    let words = frontEnd.map { "was measured with `\($0)`" } ?? "does not say with which features"
    return "the calibration \(words), and \(use) `\(features)`"
  }
}
