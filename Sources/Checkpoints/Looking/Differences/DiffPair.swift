// SPDX-License-Identifier: Apache-2.0

/// One thing on each side of a comparison.
public struct DiffPair<Element: Codable & Sendable & Equatable>: Codable, Sendable {
  public var a: Element
  public var b: Element
  public var isEqual: Bool { a == b }
}
