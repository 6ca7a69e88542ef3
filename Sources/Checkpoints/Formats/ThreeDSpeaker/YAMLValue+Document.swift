// SPDX-License-Identifier: Apache-2.0

extension YAMLValue {
  /// The value as nodes; a date as its text. Its depth is that of `YAMLReader`'s bounds.
  func node(in document: inout Document) -> NodeID {
    switch self {
    case .null: return document.add(.none)
    case .bool(let value): return document.add(.bool(value))
    case .int(let value): return document.add(.int(value))
    case .float(let value): return document.add(.float(value))
    case .text(let value), .timestamp(let value): return document.add(.string(value))
    case .list(let items):
      var nodes: [NodeID] = []
      for item in items { nodes.append(item.node(in: &document)) }
      return document.add(.list(nodes))
    case .map(let entries):
      var pairs: [Mapping.Entry] = []
      for entry in entries {
        let key = entry.key.node(in: &document)
        pairs.append(Mapping.Entry(key: key, value: entry.value.node(in: &document)))
      }
      return document.add(.mapping(Mapping(kind: .dict, entries: pairs)))
    }
  }

  /// Collections in each other, and values, that are written into a yaml: fewer than `YAMLReader` reads.
  private static let (deepest, most) = (32, 10_000)

  /// The value of a node; nil for what YAML does not have, and for what is deep, large or holds itself.
  init?(_ node: NodeID, in document: Document) {
    var left = Self.most
    guard let value = Self.value(node, document, depth: 0, &left) else { return nil }
    self = value
  }

  private static func value(
    _ node: NodeID, _ document: Document, depth: Int, _ left: inout Int
  ) -> YAMLValue? {
    left -= 1
    guard left > 0, depth <= deepest else { return nil }
    switch document[node] {
    case .none: return .null
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .string(let value) where value.isWellFormed: return .text(value)
    case .list(let items):
      var values: [YAMLValue] = []
      for item in items {
        guard let value = value(item, document, depth: depth + 1, &left) else { return nil }
        values.append(value)
      }
      return .list(values)
    case .mapping(let mapping) where mapping.attributes == nil && mapping.kind == .dict:
      var entries: [Entry] = []
      for pair in mapping.entries {
        guard let key = value(pair.key, document, depth: depth + 1, &left), YAMLKey(key) != nil,
          let value = value(pair.value, document, depth: depth + 1, &left)
        else { return nil }
        entries.append(Entry(key: key, value: value))
      }
      return .map(entries)
    default: return nil
    }
  }
}
