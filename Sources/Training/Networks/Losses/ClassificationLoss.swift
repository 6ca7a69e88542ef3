// SPDX-License-Identifier: Apache-2.0

/// What is made of a classifier's scores: 3D-Speaker's `ArcMarginLoss`, `AddMarginLoss` or `EntropyLoss`.
package enum ClassificationLoss: Sendable, Equatable {
  case arc(ArcMargin)
  case add(AddMargin)
  case crossEntropy

  /// Their names on the command line and in figures.
  package enum Kind: String, Sendable, CaseIterable, Codable {
    /// Additive angular margin.
    case arc
    /// Additive margin.
    case add
    /// Cross-entropy, without a margin.
    case ce
  }

  package init(_ kind: Kind, scale: Double = 32, easyMargin: Bool = false) {
    switch kind {
    case .arc: self = .arc(ArcMargin(scale: scale, easyMargin: easyMargin))
    case .add: self = .add(AddMargin(scale: scale))
    case .ce: self = .crossEntropy
    }
  }

  package var hasMargin: Bool { self != .crossEntropy }
}

extension Tape {
  /// The loss of a batch; `margin` is for the two that have one.
  package func loss(
    _ scores: Variable<Real>, labels: [Int], margin: Double, _ loss: ClassificationLoss
  ) -> Loss {
    switch loss {
    case .arc(let form): arcMargin(scores, labels: labels, margin: margin, form)
    case .add(let form): addMargin(scores, labels: labels, margin: margin, form)
    case .crossEntropy: crossEntropy(scores, labels: labels)
    }
  }
}
