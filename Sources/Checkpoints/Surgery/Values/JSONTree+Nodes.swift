// SPDX-License-Identifier: Apache-2.0

extension JSONTree {
  /// The value as nodes: objects become dicts, arrays lists.
  func node(in document: inout Document) -> NodeID {
    switch self {
    case .null: return document.add(.none)
    case .bool(let value): return document.add(.bool(value))
    case .int(let value): return document.add(.int(value))
    case .double(let value): return document.add(.float(value))
    case .string(let value): return document.add(.string(value))
    case .array(let values):
      var items: [NodeID] = []
      for value in values { items.append(value.node(in: &document)) }
      return document.add(.list(items))
    case .object(let members):
      var entries: [Mapping.Entry] = []
      for member in members {
        let key = document.add(.string(member.key))
        entries.append(Mapping.Entry(key: key, value: member.value.node(in: &document)))
      }
      return document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    }
  }
}
