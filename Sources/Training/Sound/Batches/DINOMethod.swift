// SPDX-License-Identifier: Apache-2.0

/// 3D-Speaker's two self-supervised methods, and in what their data differ beside the crops.
package enum DINOMethod: String, Sendable, CaseIterable {
  case rdino, sdpn

  /// Upstream's own crops.
  package var crops: DINOCrops { self == .rdino ? .rdino : .sdpn }
  /// Whether global crops are augmented; local ones always are.
  package var augmentsGlobals: Bool { self == .rdino }
  /// Whether bands of the local rows are erased at times.
  package var erases: Bool { self == .sdpn }
}
