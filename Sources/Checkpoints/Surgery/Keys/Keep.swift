// SPDX-License-Identifier: Apache-2.0

/// `keep PATTERN...`: everything that no pattern selects goes, in the whole document.
public struct Keep: PatternList {
  package static let word = "keep"
  package static let synopsis = "keep PATTERN..., drop PATTERN..."
  package static let summary: String? = ""
  /// At least one; each must select something.
  public var patterns: [Text]

  /// What is wrong with a pattern is said when the pass is applied.
  public init(patterns: [Text]) { self.patterns = patterns }

  /// - Throws: `wrongWords` for no pattern or a malformed one; `nothingMatched` for one that selects nothing;
  /// `unrepresentable` where a part would go that its object is made from.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let selection = try Selection(document, patterns, word: Self.word)
    let removal = try Removal(ofAllBut: selection.edges, in: document)
    try removal.apply(to: &document, report: &report)
  }
}

extension Pass where Self == Keep {
  /// Drops everything that no pattern selects.
  public static func keep(_ patterns: Text...) -> Self { Keep(patterns: patterns) }
}
