// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Shows whole pickled modules through their `state_dict()`.
///
/// A pickled `nn.Module` is an object whose BUILD state holds `_parameters`, `_buffers` and `_modules`. The outermost
/// such object becomes a state dict of kind `.module`; the rest of the object stays with it as it was pickled.
enum ModuleFinder {
  static func run(on document: inout Document) throws(CheckpointError) {
    let parts = document.nodes.map { ModuleParts($0, document) }
    var isInner = [Bool](repeating: false, count: parts.count)
    for case .some(let part) in parts {
      for child in part.modules { isInner[Int(child.node.index)] = true }
    }
    for index in parts.indices {
      guard let part = parts[index], !isInner[index] || NodeID(index) == document.root else { continue }
      let found = try entries(of: NodeID(index), parts, limit: 16 * parts.count + 1024, document)
      let original = document.add(document.nodes[index])
      var state = StateDict(kind: .module(part.className), entries: found.state, original: original)
      if !found.others.isEmpty {
        let others = found.others.map { other in
          Mapping.Entry(key: document.add(.string(other.name)), value: other.node)
        }
        state.attributes = document.add(.mapping(Mapping(kind: .dict, entries: others)))
      }
      document.nodes[index] = .stateDict(state)
    }
  }

  private struct Entries {
    var state: OrderedDictionary<String, NodeID> = [:]
    /// Tensors that `state_dict()` leaves out: non-persistent buffers and plain attributes.
    var others: [ModuleParts.Named] = []
  }

  /// The order of `Module.state_dict`: a module's parameters, then its buffers, then its children, depth first.
  private static func entries(
    of root: NodeID, _ parts: [ModuleParts?], limit: Int, _ document: Document
  ) throws(CheckpointError) -> Entries {
    var found = Entries()
    var visits = 0
    var stack: [(prefix: String, node: NodeID)] = [("", root)]
    while let (prefix, node) = stack.popLast() {
      guard let part = parts[Int(node.index)] else { continue }
      visits += 1 + part.state.count + prefix.utf8.count / 64
      guard visits <= limit, stack.count <= limit else {
        throw CheckpointError(.limit, "a module holds itself, or shares its parts beyond counting")
      }
      for entry in part.state { found.state[prefix + entry.name] = entry.node }
      for other in part.others { found.others.append(.init(name: prefix + other.name, node: other.node)) }
      for child in part.modules.reversed() { stack.append((prefix + child.name + ".", child.node)) }
    }
    return found
  }
}

/// The parts of one pickled module.
struct ModuleParts {
  struct Named {
    var name: String
    var node: NodeID
  }

  var className: GlobalName
  /// Parameters, then persistent buffers.
  var state: [Named] = []
  var modules: [Named] = []
  var others: [Named] = []

  init?(_ node: Node, _ document: Document) {
    guard case .object(let object) = node, object.states.count == 1,
      case .global(let name) = document[object.callee],
      let attributes = Self.named(object.states[0], document)
    else { return nil }
    func group(_ name: String) -> [Named]? {
      attributes.first { $0.name == name }.flatMap { Self.named($0.node, document) }
    }
    guard let parameters = group("_parameters"), let buffers = group("_buffers"),
      let modules = group("_modules")
    else { return nil }
    className = name
    var skipped: Set<String> = []
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
      if case .tensor = document[attribute.node] { others.append(attribute) }
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
