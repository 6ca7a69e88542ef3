// SPDX-License-Identifier: Apache-2.0

/// `drop PATTERN...`: what the patterns select goes, and so does a container that nothing is left in.
public struct Drop: PatternList {
  package static let word = "drop"
  package static let summary: String? = nil
  public var patterns: [Text]

  public init(patterns: [Text]) { self.patterns = patterns }

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
