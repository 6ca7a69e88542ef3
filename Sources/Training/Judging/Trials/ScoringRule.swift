// SPDX-License-Identifier: Apache-2.0

/// How a score is made of two embeddings.
package enum ScoringRule: String, Codable, Sendable {
  case cosine
  /// A cosine measured by those with a cohort.
  case asNorm = "as-norm"
  /// The logarithm of odds that a line makes of another score.
  case logistic
}
