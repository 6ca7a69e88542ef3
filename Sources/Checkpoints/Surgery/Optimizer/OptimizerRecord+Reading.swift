// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension OptimizerRecord {
  /// Reads the optimizer at a path.
  init(at path: Text, in document: Document) throws(CheckpointError) {
    guard let node = document.node(at: ValuePath(path)) else {
      throw CheckpointError(.misfit, "it is no optimizer", at: .init(key: path))
    }
    try self.init(at: path, node, in: document)
  }

  /// Reads the optimizer `node`, which lies at `path`: one of `Document.optimizers()`.
  ///
  /// - Throws: `misfit` where it has another form: groups without `params`, parameters by name, an index twice, state
  ///   of a parameter that is in no group.
  init(at path: Text, _ node: NodeID, in document: Document) throws(CheckpointError) {
    let inside: Text = path.isEmpty ? "" : path + "/"
    func misfit(_ reason: String, at place: Text) -> CheckpointError {
      CheckpointError(.misfit, reason, at: .init(key: inside + place))
    }
    guard let state = document.value(of: "state", in: node),
      let list = document.value(of: "param_groups", in: node)
    else { throw CheckpointError(.misfit, "it is no optimizer", at: .init(key: path)) }
    guard case .mapping(let mapping) = document[state] else {
      throw misfit("it is a \(document.typeName(state)), no dict by parameter", at: "state")
    }
    guard case .list(let items) = document[list] else {
      throw misfit("it is a \(document.typeName(list)), no list of groups", at: "param_groups")
    }
    var groups: [Group] = []
    var known: Set<Int64> = []
    for (number, item) in items.enumerated() {
      let place: Text = "param_groups/\(number)"
      guard let params = document.value(of: "params", in: item), case .list(let ids) = document[params] else {
        throw misfit("it has no list `params`", at: place)
      }
      let indices = ids.compactMap { if case .int(let index) = document[$0] { index } else { nil } }
      guard indices.count == ids.count else {
        throw misfit("it names parameters by something else than their index", at: place + "/params")
      }
      for index in indices where !known.insert(index).inserted {
        throw misfit("parameter \(index) is in it twice, or in two groups", at: place + "/params")
      }
      var group = Group(node: item, params: params, indices: indices)
      if let names = document.value(of: "param_names", in: item) {
        guard let texts = Self.texts(names, document), texts.count == indices.count else {
          throw misfit("they are not one name for each of `params`", at: place + "/param_names")
        }
        (group.nameList, group.names) = (names, texts)
      }
      groups.append(group)
    }
    var entries: OrderedDictionary<Int64, NodeID> = [:]
    for entry in mapping.entries {
      guard case .int(let index) = document[entry.key] else {
        throw misfit(
          "its key `\(document.keyText(entry.key))` is no parameter's index", at: "state")
      }
      guard known.contains(index) else {
        throw misfit("parameter \(index) is in no group", at: "state/\(index)")
      }
      entries[index] = entry.value
    }
    self.init(path: path, node: node, state: state, groups: groups, entries: entries)
  }

  private static func texts(_ list: NodeID, _ document: Document) -> [Text]? {
    guard case .list(let items) = document[list] else { return nil }
    let texts = items.compactMap { if case .string(let text) = document[$0] { text } else { nil } }
    return texts.count == items.count ? texts : nil
  }
}
