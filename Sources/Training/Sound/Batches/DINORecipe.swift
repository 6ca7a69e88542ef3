// SPDX-License-Identifier: Apache-2.0

/// In what the data of 3D-Speaker's two self-supervised recipes differ, beside the crops.
package enum DINORecipe: String, Sendable, CaseIterable {
  case rdino, sdpn

  /// The recipe's own crops.
  package var crops: DINOCrops { self == .rdino ? .rdino : .sdpn }
  /// Whether global crops are augmented; local ones always are.
  package var augmentsGlobals: Bool { self == .rdino }
  /// Whether bands of the local rows are erased at times.
  package var erases: Bool { self == .sdpn }
}
