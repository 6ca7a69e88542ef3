// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// States as documents, in PyTorch's layout and order of keys.
extension OptimizerState {
  /// The state as a document of its own, as `torch.save(optimizer.state_dict())`.
  package func document() -> Document {
    var document = Document()
    document.root = add(to: &document)
    return document
  }

  /// Adds the state to a document and gives its node: `{'state': {0: {...}}, 'param_groups': [{...}]}`.
  ///
  /// Written are the keys that PyTorch 1.13 and 2 have in common: each fills in what it has beyond them when it loads.
  package func add(to document: inout Document) -> NodeID {
    var state: [Mapping.Entry] = []
    for (index, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let key = document.add(.int(Int64(index)))
      state.append(Mapping.Entry(key: key, value: entry.add(to: &document)))
    }
    let states = document.add(.mapping(Mapping(kind: .dict, entries: state)))
    var list: [NodeID] = []
    for group in groups { list.append(group.add(to: &document)) }
    return document.add(dict: [("state", states), ("param_groups", document.add(.list(list)))])
  }
}

extension OptimizerState.Entry {
  fileprivate func add(to document: inout Document) -> NodeID {
    var parts: [(Text, NodeID)] = []
    if let step { parts.append(("step", document.add(tensor: [step], shape: []))) }
    // PyTorch's order of these names is the alphabet's.
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      parts.append((name, document.add(tensor: tensor.values, shape: tensor.shape)))
    }
    return document.add(dict: parts)
  }
}

extension OptimizerState.Group {
  fileprivate func add(to document: inout Document) -> NodeID {
    let indices = parameters.map { document.add(.int(Int64($0))) }
    let rate: (Text, Node) = ("lr", .float(learningRate))
    let decay: (Text, Node) = ("weight_decay", number(weightDecay))
    let parts: [(Text, Node)]
    switch settings {
    case .sgd(let settings):
      parts = [
        rate, ("momentum", number(settings.momentum)), ("dampening", number(settings.dampening)), decay,
        ("nesterov", .bool(settings.nesterov)), ("maximize", .bool(false)), ("foreach", .none),
        ("differentiable", .bool(false)), ("params", .list(indices)),
      ]
    case .adam(let settings, _):
      let betas = [settings.beta1, settings.beta2].map { document.add(.float($0)) }
      parts = [
        rate, ("betas", .tuple(betas)), ("eps", .float(settings.epsilon)), decay,
        ("amsgrad", .bool(settings.amsgrad)), ("maximize", .bool(false)), ("foreach", .none),
        ("capturable", .bool(false)), ("differentiable", .bool(false)), ("params", .list(indices)),
      ]
    }
    return document.add(dict: parts.map { ($0.0, document.add($0.1)) })
  }

  /// Nought is an int, as PyTorch's defaults are.
  private func number(_ value: Double) -> Node { value == 0 ? .int(0) : .float(value) }
}
