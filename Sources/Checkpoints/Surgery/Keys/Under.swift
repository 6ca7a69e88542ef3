// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `under PREFIX`: the keys that lie below a prefix stay, without the prefix; all else in the document goes.
public struct Under: PrefixWord {
  package static let word = "under"
  package static let summary: String? = "keep what lies below it and drop the prefix"
  /// Ends with its dot and does not begin with one.
  public var prefix: Text

  /// What is wrong with a prefix is said when the pass is applied.
  public init(_ prefix: Text) { self.prefix = prefix }

  /// - Throws: `wrongWords` for a prefix without its dot; `nothingMatched` where no key begins so.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    try dropOthers(from: &document, report: &report)
    try rekey(
      &document, &report, where: { $0.entries.keys.contains { $0.rest(after: prefix) != nil } },
      rule: { _ in .mapped(newModule) },
      { $0.rest(after: prefix) })
  }

  /// What is not in a state dict that has such keys: an optimizer would not fit what is left.
  private func dropOthers(from document: inout Document, report: inout PassReport) throws(CheckpointError) {
    let sites = try document.stateDictSites().filter { site in
      guard case .stateDict(let state) = document[site.node] else { return false }
      return state.entries.keys.contains { $0.rest(after: prefix) != nil }
    }
    // Where there are none, `rekey` refuses.
    guard !sites.isEmpty, !sites.contains(where: { $0.node == document.root }) else { return }
    let nodes = Set(sites.map(\.node))
    var places: Set<Edge> = []
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      if case .enter(let visit) = step, let edge = visit.edge, nodes.contains(visit.node) {
        places.insert(edge)
      }
    }
    try Removal(ofAllBut: places, in: document).apply(to: &document, report: &report)
  }

  private func newModule(_ path: Text) -> Text? {
    path == module ? "" : path.rest(after: prefix)
  }
}

extension Pass where Self == Under {
  /// Keeps what lies below a prefix, and drops the prefix.
  public static func under(_ prefix: Text) -> Self { Under(prefix) }
}
