// SPDX-License-Identifier: Apache-2.0

/// What `--keep-removed` wrote, in figures.
public struct RemovalReport: Codable, Sendable {
  /// The file that was written; absent for a dry run.
  public var written: String?
  /// Its size.
  public var bytes: Int
  /// Paths of tensors that the result cannot give back.
  public var tensors: Int
  /// Their bytes, those of tied ones once.
  public var tensorBytes: Int
  /// Paths of plain values that the result does not have, or has otherwise.
  public var values: Int
  /// Bytes of no such tensor: between others, or without a path.
  public var restBytes: Int
}
