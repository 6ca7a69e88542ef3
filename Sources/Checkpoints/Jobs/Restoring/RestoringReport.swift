// SPDX-License-Identifier: Apache-2.0

/// What `--restore` did.
public struct RestoringReport: Codable, Sendable {
  /// The patch that was opened, as it was given.
  public var patch: String
  /// The passes that had made the result, a line each.
  public var recipe: [Text]
  /// Tensors that were taken from the result, tied ones once.
  public var kept: Int
  /// Tensors and runs of bytes that were taken from the patch.
  public var restored: Int
  /// Paths in the result of tensors that have other numbers than the result had when it was written.
  public var changed: [Text]
  /// Tensors that were found under other paths than the result had.
  public var moved: Int
}
