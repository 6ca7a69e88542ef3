// SPDX-License-Identifier: Apache-2.0

/// Where the entries of the containers of some parameters stand: what passes keep of a tensor is its node.
struct ParameterPlaces {
  /// A key, its place among the others, and its tensor.
  struct Place: Hashable {
    var position: Int
    var key: Text
    var node: NodeID
  }

  private var places: [NodeID: [NodeID: Place]] = [:]

  /// - Parameter isReachable: whether a container is still part of the document.
  init(
    of parameters: some Sequence<ModelParameter>, in document: Document,
    isReachable: (NodeID) -> Bool = { _ in true }
  ) {
    for parameter in parameters where places[parameter.container] == nil {
      var own: [NodeID: Place] = [:]
      if isReachable(parameter.container) {
        for (position, entry) in document.textEntries(of: parameter.container).enumerated()
        where own[entry.node] == nil {
          own[entry.node] = Place(position: position, key: entry.key, node: entry.node)
        }
      }
      places[parameter.container] = own
    }
  }

  /// The first place that a parameter has; nil where it is gone.
  subscript(parameter: ModelParameter) -> Place? {
    parameter.nodes.compactMap { places[parameter.container]?[$0] }.min { $0.position < $1.position }
  }
}

extension Document {
  /// The keys and values of a state dict or a dict.
  func textEntries(of id: NodeID) -> [(key: Text, node: NodeID)] {
    switch self[id] {
    case .stateDict(let state): state.entries.map { ($0.key, $0.value) }
    case .mapping(let mapping): mapping.entries.map { (keyText($0.key), $0.value) }
    default: []
    }
  }
}
