// SPDX-License-Identifier: Apache-2.0

/// An optimizer that is to be changed with its model: what cannot be followed is refused, with its place in the document.
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
  ///   of a parameter that is in no group, `param_names` that are not one for each.
  init(at path: Text, _ node: NodeID, in document: Document) throws(CheckpointError) {
    do { try self.init(node, at: path, in: document) } catch { throw error.error(at: path, in: document) }
    for (number, group) in groups.enumerated() where group.nameList != nil && group.names == nil {
      throw Misfit.error(
        "they are not one name for each of `params`", at: path, "param_groups/\(number)/param_names")
    }
  }
}

extension OptimizerRecord.Misfit {
  /// In words, with the place inside the optimizer at `path`.
  fileprivate func error(at path: Text, in document: Document) -> CheckpointError {
    switch self {
    case .absent: CheckpointError(.misfit, "it is no optimizer", at: .init(key: path))
    case .state(let node):
      Self.error("it is a \(document.typeName(node)), no dict by parameter", at: path, "state")
    case .groups(let node):
      Self.error("it is a \(document.typeName(node)), no list of groups", at: path, "param_groups")
    case .params(let group): Self.error("it has no list `params`", at: path, "param_groups/\(group)")
    case .named(let group):
      Self.error(
        "it names parameters by something else than their index", at: path, "param_groups/\(group)/params")
    case .repeated(let index, let group):
      Self.error(
        "parameter \(index) is in it twice, or in two groups", at: path, "param_groups/\(group)/params")
    case .key(let node):
      Self.error("its key `\(document.keyText(node))` is no parameter's index", at: path, "state")
    case .stranger(let index): Self.error("parameter \(index) is in no group", at: path, "state/\(index)")
    }
  }

  fileprivate static func error(_ reason: String, at path: Text, _ place: Text) -> CheckpointError {
    CheckpointError(.misfit, reason, at: .init(key: (path.isEmpty ? "" : path + "/") + place))
  }
}
