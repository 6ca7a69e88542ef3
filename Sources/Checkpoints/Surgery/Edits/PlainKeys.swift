// SPDX-License-Identifier: Apache-2.0

/// Keys that were different objects and became one value: `{PosixPath('a'): 1, 'a': 2}` has two entries, and a dict
/// with `'a'` twice loads as one.
struct PlainKeys {
  private let document: Document
  /// The longest text of a key that is compared; beyond it two keys are taken for different.
  private static let longest = 1 << 16
  /// What the keys that are compared may take in all.
  private static let room = 64 << 20

  init(_ document: Document) { self.document = document }

  /// - Throws: `.collision` for a dict or set with a key twice of which one is, or holds, a node of `changed`; `.limit`.
  func check(changed: Set<NodeID>) throws(CheckpointError) {
    let holders = document.leading(to: changed.contains) { node in
      switch document[node] {
      case .tuple(let items), .frozenset(let items): items
      default: []
      }
    }
    var room = Self.room
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
      guard keys.contains(where: { holders[Int($0.index)] }) else { continue }
      guard let twice = try repeated(keys, &room) else { continue }
      throw CheckpointError(
        .collision, "two of its keys would be \(PythonRepr(twice, in: document).text)",
        at: .init(key: try walk.path()), hint: "`drop` or `rename` one of the two before `plain`")
    }
  }

  private func repeated(_ keys: [NodeID], _ room: inout Int) throws(CheckpointError) -> NodeID? {
    var strings: Set<Text> = []
    var texts: Set<Text> = []
    for key in keys {
      let isFirst: Bool
      switch document[key] {
      // NaN is no other NaN's equal.
      case .float(let value) where value.isNaN: continue
      case .string(let text):
        // It is but hashed.
        room -= text.count / 16
        isFirst = strings.insert(text).inserted
      default:
        let repr = PythonRepr(key, in: document, limit: Self.longest)
        room -= repr.text.utf8.count
        isFirst = !repr.isWhole || texts.insert(Text(repr.text)).inserted
      }
      guard room >= 0 else {
        throw CheckpointError(
          .limit, "its keys take more than \(Self.room >> 20) MiB as text: too much to tell them apart",
          at: .init(file: document.source?.file))
      }
      if !isFirst { return key }
    }
    return nil
  }
}
