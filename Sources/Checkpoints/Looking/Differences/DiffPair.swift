// SPDX-License-Identifier: Apache-2.0

/// One thing on each side of a comparison.
public struct DiffPair<Element: Codable & Sendable & Equatable>: Codable, Sendable {
  /// Of the first file.
  public var a: Element
  /// Of the second.
  public var b: Element
  /// Whether both sides have the same.
  public var isEqual: Bool { a == b }
}
