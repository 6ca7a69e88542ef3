// SPDX-License-Identifier: Apache-2.0

/// Shows whole pickled modules through their `state_dict()`.
///
/// A pickled `nn.Module` is an object whose BUILD state holds `_parameters`, `_buffers` and `_modules`.
enum ModuleFinder {
  static func run(on document: inout Document) throws(CheckpointError) {
    // Thousands of objects may have one state, which is then read once.
    var known: [NodeID: ModuleParts?] = [:]
    var parts = [ModuleParts?](repeating: nil, count: document.nodes.count)
    for index in document.nodes.indices {
      guard case .object(let object) = document.nodes[index], object.states.count == 1,
        case .global(let name) = document[object.callee]
      else { continue }
      let state = object.states[0]
      var part: ModuleParts?
      if let earlier = known[state] {
        part = earlier
      } else {
        part = ModuleParts(state: state, name, document)
      }
      known[state] = .some(part)
      part?.className = name
      parts[index] = part
    }
    try ModuleTree(parts: parts).show(in: &document)
  }
}

extension ModuleParts {
  init?(state id: NodeID, _ name: GlobalName, _ document: Document) {
    guard let attributes = Self.named(id, document) else { return nil }
    func group(_ name: Text) -> [Named]? {
      attributes.first { $0.name == name }.flatMap { Self.named($0.node, document) }
    }
    guard let parameters = group("_parameters"), let buffers = group("_buffers"),
      let modules = group("_modules")
    else { return nil }
    self.init(className: name)
    var skipped: Set<Text> = []
    if let names = attributes.first(where: { $0.name == "_non_persistent_buffers_set" }),
      case .set(let members) = document[names.node]
    {
      for member in members {
        if case .string(let name) = document[member] { skipped.insert(name) }
      }
    }
    state = parameters.filter { Self.isPresent($0.node, document) }
    for buffer in buffers where Self.isPresent(buffer.node, document) {
      if skipped.contains(buffer.name) { others.append(buffer) } else { state.append(buffer) }
    }
    self.modules = modules.filter { Self.isPresent($0.node, document) }
    for attribute in attributes {
      if document.isTensor(attribute.node) { others.append(attribute) }
    }
  }

  /// A registered None is a place without a tensor.
  private static func isPresent(_ node: NodeID, _ document: Document) -> Bool {
    if case .none = document[node] { false } else { true }
  }

  private static func named(_ id: NodeID, _ document: Document) -> [Named]? {
    switch document[id] {
    case .mapping(let mapping):
      var named: [Named] = []
      for entry in mapping.entries {
        guard case .string(let name) = document[entry.key] else { return nil }
        named.append(Named(name: name, node: entry.value))
      }
      return named
    case .stateDict(let state):
      return state.entries.map { Named(name: $0.key, node: $0.value) }
    default:
      return nil
    }
  }
}
