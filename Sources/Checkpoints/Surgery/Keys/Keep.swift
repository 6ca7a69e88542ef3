// SPDX-License-Identifier: Apache-2.0

/// `keep PATTERN...`: everything that no pattern selects goes, in the whole document.
public struct Keep: PatternList {
  package static let word = "keep"
  package static let synopsis = "keep PATTERN..., drop PATTERN..."
  package static let summary: String? = ""
  public var patterns: [Text]

  public init(patterns: [Text]) { self.patterns = patterns }

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
