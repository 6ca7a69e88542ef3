// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A parameter of a model, as its state dict shows it.
struct ModelParameter: Sendable {
  /// The key under which the model has it first; a name at the top where it stands alone.
  var key: Text
  /// The whole path.
  var path: Text
  /// The state dict that it lies in, or the dict around a tensor that stands alone.
  var container: NodeID
  /// The place of that key among the others.
  var position: Int
  /// The tensors that are this parameter: one for each key where keys are tied.
  var nodes: [NodeID]
  var shape: [Int]
  /// Whether the file says that it is trained. `state_dict()` detaches, and tells nothing.
  var requiresGrad: Bool
  /// Whether the file holds it as an `nn.Parameter`.
  var isParameter: Bool
}

extension ModelParameter {
  /// What `model.named_parameters()` gives in order, as far as a state dict tells: its tensors without the buffers,
  /// tied ones once, under their first key (`torch.nn.Module.named_parameters`, `remove_duplicate`).
  ///
  /// A state dict lists the parameters of a module before its children, as `named_parameters` does. Buffers are, where
  /// the file holds `nn.Parameter`s, all else; everywhere the statistics of batch and instance norm, and numbers that
  /// cannot have a gradient.
  static func all(of site: Document.StateDictSite, in document: Document) -> [ModelParameter] {
    let tensors = tensors(of: site, in: document)
    return tensors.contains(where: \.isParameter)
      ? tensors.filter(\.isParameter) : tensors.filter { !isBuffer($0, document) }
  }

  /// All tensors of a state dict in order, tied ones once.
  static func tensors(of site: Document.StateDictSite, in document: Document) -> [ModelParameter] {
    guard case .stateDict(let state) = document[site.node] else { return [] }
    var found: [ModelParameter] = []
    var byNode: [NodeID: Int] = [:]
    var byView: [TensorRecord: Int] = [:]
    for (position, (key, node)) in state.entries.enumerated() {
      guard let shape = document.tensorShape(node) else { continue }
      let view: TensorRecord? =
        if case .tensor(let tensor) = document[node], tensor.count > 0 { tensor.bareView } else { nil }
      if let known = byNode[node] ?? view.flatMap({ byView[$0] }) {
        found[known].nodes.append(node)
        continue
      }
      byNode[node] = found.count
      if let view { byView[view] = found.count }
      let (requiresGrad, isParameter) = marks(document[node])
      found.append(
        ModelParameter(
          key: key, path: site.path(of: key), container: site.node, position: position, nodes: [node],
          shape: shape,
          requiresGrad: requiresGrad, isParameter: isParameter))
    }
    return found
  }

  private static func marks(_ node: Node) -> (requiresGrad: Bool, isParameter: Bool) {
    switch node {
    case .tensor(let tensor): (tensor.requiresGrad, tensor.isParameter)
    case .composite(let composite): (composite.requiresGrad, composite.isParameter)
    default: (false, false)
    }
  }

  /// `torch.nn.modules.batchnorm._NormBase` registers these.
  private static let statistics: Set<Text> = ["running_mean", "running_var", "num_batches_tracked"]

  private static func isBuffer(_ parameter: ModelParameter, _ document: Document) -> Bool {
    let leaf = parameter.key.suffix(after: ".")
    if statistics.contains(leaf) { return true }
    let dtype: DType? =
      switch document[parameter.nodes[0]] {
      case .tensor(let tensor): tensor.dtype
      case .composite(let composite): composite.dtype
      default: nil
      }
    return dtype.map { !$0.isFloatingPoint && !$0.isComplex } ?? false
  }
}
