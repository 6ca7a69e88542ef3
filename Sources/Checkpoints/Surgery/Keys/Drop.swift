// SPDX-License-Identifier: Apache-2.0

/// `drop PATTERN...`: what the patterns select goes, and so does a container that nothing is left in.
public struct Drop: PatternList {
  package static let word = "drop"
  package static let summary: String? = nil
  /// At least one; each must select something.
  public var patterns: [Text]

  /// What is wrong with a pattern is said when the pass is applied.
  public init(patterns: [Text]) { self.patterns = patterns }

  /// - Throws: `wrongWords` for no pattern or a malformed one; `nothingMatched` for one that selects nothing;
  /// `unrepresentable` for a part that its object is made from.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let selection = try Selection(document, patterns, word: Self.word)
    var removal = Removal()
    for top in selection.tops { removal.add(top.edge, path: top.path) }
    try removal.apply(to: &document, report: &report)
  }
}

extension Pass where Self == Drop {
  /// Drops what the patterns select.
  public static func drop(_ patterns: Text...) -> Self { Drop(patterns: patterns) }
}
