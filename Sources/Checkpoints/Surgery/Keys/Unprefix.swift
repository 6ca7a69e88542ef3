// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `unprefix PREFIX`: drop a prefix where it stands; other keys stay as they are.
public struct Unprefix: PrefixWord {
  package static let word = "unprefix"
  package static let synopsis = "unprefix PREFIX, prefix PREFIX"
  package static let summary: String? = "drop it where it stands, or put it before every key"
  /// Ends with its dot and does not begin with one.
  public var prefix: Text

  /// What is wrong with a prefix is said when the pass is applied.
  public init(_ prefix: Text) { self.prefix = prefix }

  /// - Throws: `wrongWords` for a prefix without its dot; `nothingMatched` where no key begins so; `collision` where a
  /// key without it would be met.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    try rekey(
      &document, &report, where: { $0.entries.keys.contains(where: lies) }, rule: rule,
      { $0.rest(after: prefix) ?? $0 })
  }

  private func lies(_ key: Text) -> Bool { key.rest(after: prefix) != nil }

  /// Where every key had the prefix, the modules around it (`""`, and `a` of `a.b.`) were wrappers, and go.
  private func rule(_ state: StateDict) -> StateDict.MetadataRule {
    let isWhole = state.entries.keys.allSatisfy(lies)
    return .mapped { path in
      if path == module { return "" }
      if let rest = path.rest(after: prefix) { return rest }
      let isAround = path.isEmpty || module.hasPrefix(path + ".")
      return isWhole && isAround ? nil : path
    }
  }
}

extension Pass where Self == Unprefix {
  /// Drops a prefix where it stands.
  public static func unprefix(_ prefix: Text) -> Self { Unprefix(prefix) }
}
