// SPDX-License-Identifier: Apache-2.0

/// Keys that were different objects and became one value: `{PosixPath('a'): 1, 'a': 2}` has two entries, and a dict
/// with `'a'` twice loads as one.
struct PlainKeys {
  private let document: Document
  /// The longest text of a key that is compared; beyond it two keys are taken for different.
  private static let longest = 1 << 16

  init(_ document: Document) { self.document = document }

  /// - Throws: `.collision` for a dict or set with a key twice of which one is, or holds, a node of `changed`.
  func check(changed: Set<NodeID>) throws(CheckpointError) {
    var walk = DocumentWalk(document)
    var seen: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let node, _) = step, seen.insert(node).inserted else { continue }
      let keys: [NodeID]
      switch document[node] {
      case .mapping(let mapping): keys = mapping.entries.map(\.key)
      case .set(let items), .frozenset(let items): keys = items
      default: continue
      }
      guard keys.contains(where: { holds($0, changed) }), let twice = repeated(keys) else { continue }
      throw CheckpointError(
        .collision, "two of its keys would be \(PythonRepr(twice, in: document).text)",
        at: .init(key: try walk.path()), hint: "`drop` or `rename` one of the two before `plain`")
    }
  }

  private func holds(_ key: NodeID, _ changed: Set<NodeID>) -> Bool {
    var seen: Set<NodeID> = []
    return document.keyParts(of: key, but: &seen).contains { changed.contains($0) }
  }

  private func repeated(_ keys: [NodeID]) -> NodeID? {
    var texts: Set<Text> = []
    return keys.first { key in
      // NaN is no other NaN's equal.
      if case .float(let value) = document[key], value.isNaN { return false }
      let repr = PythonRepr(key, in: document, limit: Self.longest)
      return repr.isWhole && !texts.insert(Text(repr.text)).inserted
    }
  }
}
