// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// One module among others: what it holds, by name.
struct ModuleParts {
  struct Named {
    var name: Text
    var node: NodeID
  }

  var className: GlobalName
  /// What its own part of `state_dict()` has: parameters, then persistent buffers.
  var state: [Named] = []
  var modules: [Named] = []
  /// Tensors that `state_dict()` leaves out.
  var others: [Named] = []
}

/// Shows modules that hold modules as state dicts of kind `.module`: the outermost ones, each with the keys of its
/// `state_dict()`. The rest of the object stays with it as it was pickled.
struct ModuleTree {
  /// For each node of the document its parts, if it is a module.
  let parts: [ModuleParts?]

  private struct Entries {
    var state: OrderedDictionary<Text, NodeID> = [:]
    var others: [ModuleParts.Named] = []
  }

  func show(in document: inout Document) throws(CheckpointError) {
    var isInner = [Bool](repeating: false, count: parts.count)
    for case .some(let part) in parts {
      for child in part.modules { isInner[Int(child.node.index)] = true }
    }
    var visitsLeft = 16 * parts.count + 1024
    for index in parts.indices {
      guard let part = parts[index], !isInner[index] || NodeID(index) == document.root else { continue }
      let found = try entries(of: NodeID(index), &visitsLeft)
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

  static let uncountable = CheckpointError(
    .limit, "a module holds itself, or shares its parts beyond counting")

  /// The order of `Module.state_dict`: a module's parameters, then its buffers, then its children, depth first.
  private func entries(of root: NodeID, _ visitsLeft: inout Int) throws(CheckpointError) -> Entries {
    var found = Entries()
    var stack: [(prefix: Text, node: NodeID)] = [("", root)]
    while let (prefix, node) = stack.popLast() {
      guard let part = parts[Int(node.index)] else { continue }
      // Each entry has the prefix before its name.
      visitsLeft -=
        (1 + part.state.count + part.others.count) * (1 + prefix.count / 256) + part.modules.count
      guard visitsLeft >= 0 else { throw Self.uncountable }
      for entry in part.state { found.state[prefix + entry.name] = entry.node }
      for other in part.others { found.others.append(.init(name: prefix + other.name, node: other.node)) }
      for child in part.modules.reversed() { stack.append((prefix + child.name + ".", child.node)) }
    }
    return found
  }
}
