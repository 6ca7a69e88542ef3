// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension OptimizerRecord {
  /// Why a value is not read as an optimizer's `state_dict()`.
  package enum Misfit: Error, Sendable {
    /// It has not both `state` and `param_groups`.
    case absent
    /// This `state` is no dict by parameter.
    case state(NodeID)
    /// These `param_groups` are no list.
    case groups(NodeID)
    /// A group has no list `params`.
    case params(group: Int)
    /// A group names parameters by something else than their index.
    case named(group: Int)
    /// An index stands twice, here or in a group before.
    case repeated(Int64, group: Int)
    /// This key of `state` is no index.
    case key(NodeID)
    /// `state` has an index that is in no group.
    case stranger(Int64)
  }

  /// Reads the dict with `state` and `param_groups` that `node` is: its structure, not what each state and setting holds.
  package init(_ node: NodeID, at path: Text = "", in document: Document) throws(Misfit) {
    guard let state = document.value(of: "state", in: node),
      let list = document.value(of: "param_groups", in: node)
    else { throw .absent }
    guard case .list(let items) = document[list] else { throw .groups(list) }
    guard case .mapping(let mapping) = document[state] else { throw .state(state) }
    var groups: [Group] = []
    var known: Set<Int64> = []
    for (number, item) in items.enumerated() {
      let group = try Self.group(number, item, document)
      for index in group.indices where !known.insert(index).inserted {
        throw .repeated(index, group: number)
      }
      groups.append(group)
    }
    var entries: OrderedDictionary<Int64, NodeID> = [:]
    for entry in mapping.entries {
      guard case .int(let index) = document[entry.key] else { throw .key(entry.key) }
      guard known.contains(index) else { throw .stranger(index) }
      entries[index] = entry.value
    }
    self.init(path: path, node: node, state: state, groups: groups, entries: entries)
  }

  private static func group(
    _ number: Int, _ node: NodeID, _ document: Document
  ) throws(Misfit) -> Group {
    guard let params = document.value(of: "params", in: node), case .list(let ids) = document[params] else {
      throw .params(group: number)
    }
    let indices = ids.compactMap { if case .int(let index) = document[$0] { index } else { nil } }
    guard indices.count == ids.count else { throw .named(group: number) }
    var group = Group(node: node, params: params, indices: indices)
    group.nameList = document.value(of: "param_names", in: node)
    group.names = group.nameList.flatMap { texts($0, document) }.flatMap {
      $0.count == indices.count ? $0 : nil
    }
    return group
  }

  private static func texts(_ list: NodeID, _ document: Document) -> [Text]? {
    guard case .list(let items) = document[list] else { return nil }
    let texts = items.compactMap { if case .string(let text) = document[$0] { text } else { nil } }
    return texts.count == items.count ? texts : nil
  }
}
