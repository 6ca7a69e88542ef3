// SPDX-License-Identifier: Apache-2.0
package import OrderedCollections

/// What `torch.optim.Optimizer.state_dict()` gives, as it lies in a document: `state` by the index of a parameter,
/// and `param_groups`, each with its settings and the indices of its parameters in `params`.
///
/// Indices are whole numbers of any size and need not follow each other (PyTorch before 1.6 wrote `id(p)`); a
/// parameter that never had a gradient has no state.
package struct OptimizerRecord: Sendable {
  package struct Group: Sendable {
    /// The dict of its settings.
    package var node: NodeID
    /// The list `params`.
    var params: NodeID
    package var indices: [Int64]
    /// `param_names`, which PyTorch from 2.6 on writes where it was given named parameters.
    var nameList: NodeID?
    /// Nil too where they are not one text for each index.
    var names: [Text]?
  }

  var path: Text
  var node: NodeID
  /// The dict `state`.
  var state: NodeID
  package var groups: [Group]
  /// What `state` holds for a parameter, by its index.
  package var entries: OrderedDictionary<Int64, NodeID>

  /// How messages call it.
  var name: String { path.isEmpty ? "the document" : "`\(path)`" }

  /// How many parameters its groups list.
  var parameterCount: Int { groups.reduce(0) { $0 + $1.indices.count } }

  /// The tensors of one parameter's state that have its shape: all but `step` and scalars.
  func tensors(of index: Int64, in document: Document) -> [(name: Text, node: NodeID, shape: [Int])] {
    guard let entry = entries[index] else { return [] }
    return document.children(of: entry).compactMap { child in
      guard child.component != "step", let shape = document.tensorShape(child.node), !shape.isEmpty else {
        return nil
      }
      return (child.component, child.node, shape)
    }
  }
}

extension Document {
  /// The shape of a tensor, plain or composite; nil for anything else.
  func tensorShape(_ id: NodeID) -> [Int]? {
    switch self[id] {
    case .tensor(let tensor): tensor.shape
    case .composite(let composite): composite.shape
    default: nil
    }
  }
}
