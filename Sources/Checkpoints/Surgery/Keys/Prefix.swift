// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `prefix PREFIX`: put a prefix before every key of every state dict.
public struct Prefix: PrefixWord {
  package static let word = "prefix"
  package static let summary: String? = nil
  /// Ends with its dot and does not begin with one.
  public var prefix: Text

  /// What is wrong with a prefix is said when the pass is applied.
  public init(_ prefix: Text) { self.prefix = prefix }

  /// - Throws: `wrongWords` for a prefix without its dot; `nothingMatched` where there is no state dict with keys.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    try rekey(
      &document, &report, where: { !$0.entries.isEmpty },
      rule: { _ in .mapped { $0.isEmpty ? module : prefix + $0 } }, { prefix + $0 })
  }
}

extension Pass where Self == Prefix {
  /// Puts a prefix before every key of every state dict.
  public static func prefix(_ prefix: Text) -> Self { Prefix(prefix) }
}
