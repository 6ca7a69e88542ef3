// SPDX-License-Identifier: Apache-2.0

/// One thing that is said of a comparison: a sentence that follows from figures.
public struct DiffPhrase: Codable, Sendable, Equatable {
  /// Which rule says it: `equal`, `renamed`, `moved`, ...; docs/diff.md lists them.
  public var code: String
  /// The names of the parts that it speaks of.
  public var parts: [Text]
  /// As the report prints it.
  public var text: String
  /// What it follows from, by name.
  public var figures: [String: JSONValue]
}
