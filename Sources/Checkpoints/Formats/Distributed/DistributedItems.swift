// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A document as `flatten_state_dict` of `torch.distributed.checkpoint` sees it: dicts are taken apart, lists that hold
/// tensors or dicts too, and everything else is an item under the steps that lead to it.
///
/// Dicts that are empty are items here, where PyTorch loses them.
struct DistributedItems {
  struct Item {
    var name: Text
    var path: [DistributedMetadata.Step]
    var node: NodeID
  }

  /// In the document's order.
  private(set) var items: [Item] = []
  /// Dicts whose keys are no text, and become it.
  private(set) var rekeyed: [Text] = []
  /// Whether a dict is an OrderedDict or Counter, or carries `_metadata`.
  private(set) var losesKinds = false
  /// Python attributes of dicts, and entries under keys that are no text and no number, which have no place.
  private(set) var droppedValues: [Text] = []

  private struct Frame {
    var node: NodeID
    var children: [(step: DistributedMetadata.Step, node: NodeID)]
    var next = 0
  }

  private static let largestPaths = 1 << 28

  private let document: Document
  private var isTaken: [NodeID: Bool] = [:]
  private var withoutTensors: Set<NodeID> = []
  private var pathBytes = 0

  /// - Parameter largestCount: of items and dicts, shared ones each time; more are refused.
  init(_ document: Document, largestCount: Int = 4_000_000) throws(CheckpointError) {
    self.document = document
    guard isDict(document.root) else {
      throw CheckpointError(
        .unrepresentable,
        "a distributed checkpoint is a dict at its top, and this is a \(document.typeName(document.root))",
        hint: "`take PATH` of a dict")
    }
    try walk(largestCount)
    var seen: Set<Text> = []
    if let twice = items.first(where: { !seen.insert($0.name).inserted }) {
      throw CheckpointError(
        .collision, "two items would be called so: dots in keys and between them look alike",
        at: .init(key: twice.name), hint: "`rename` one of them")
    }
  }

  private mutating func walk(_ largestCount: Int) throws(CheckpointError) {
    var stack: [Frame] = []
    var path: [DistributedMetadata.Step] = []
    var open: Set<NodeID> = [document.root]
    var visits = 0
    stack.append(Frame(node: document.root, children: try children(of: document.root, at: [])))
    while let top = stack.indices.last {
      guard stack[top].next < stack[top].children.count else {
        open.remove(stack.removeLast().node)
        if !path.isEmpty { path.removeLast() }
        continue
      }
      let child = stack[top].children[stack[top].next]
      stack[top].next += 1
      visits += 1
      path.append(child.step)
      if !isTakenApart(child.node) {
        let name = Self.name(path)
        // A step takes some 32 bytes.
        pathBytes += name.count + 32 * path.count
        items.append(Item(name: name, path: path, node: child.node))
        path.removeLast()
      } else {
        guard open.insert(child.node).inserted else {
          throw CheckpointError(
            .unrepresentable, "a \(document.typeName(child.node)) holds itself",
            at: .init(key: Self.name(path)),
            hint: "`drop` the value that holds it")
        }
        stack.append(Frame(node: child.node, children: try children(of: child.node, at: path)))
      }
      guard visits <= largestCount, pathBytes <= Self.largestPaths, path.count <= 1 << 16 else {
        throw Self.tooMany
      }
    }
  }

  private static func name(_ path: [DistributedMetadata.Step]) -> Text {
    path.map { step -> Text in
      switch step {
      case .key(let key): key
      case .index(let index): Text(index)
      }
    }.joined(separator: ".")
  }

  private func isDict(_ node: NodeID) -> Bool {
    switch document[node] {
    case .mapping: return true
    case .stateDict(let state): return state.original == nil
    default: return false
    }
  }

  private mutating func isTakenApart(_ node: NodeID) -> Bool {
    if isDict(node) { return !isEmpty(node) }
    return isTakenList(node)
  }

  private func isEmpty(_ node: NodeID) -> Bool {
    switch document[node] {
    case .mapping(let mapping): mapping.entries.isEmpty && mapping.attributes == nil
    case .stateDict(let state): state.entries.isEmpty && state.attributes == nil
    default: true
    }
  }

  /// Whether a list holds a tensor, a dict, or a list that does. Each list is judged once.
  private mutating func isTakenList(_ start: NodeID) -> Bool {
    guard case .list = document[start] else { return false }
    var stack = [(node: start, isEntered: false)]
    var entered: Set<NodeID> = []
    while let (node, isEntered) = stack.popLast() {
      guard isTaken[node] == nil, case .list(let items) = document[node] else { continue }
      if isEntered {
        isTaken[node] = items.contains { isTaken[$0] == true }
      } else if items.contains(where: { isTensor($0) || isDict($0) }) {
        isTaken[node] = true
      } else if entered.insert(node).inserted {
        stack.append((node, true))
        for item in items where isTaken[item] == nil { stack.append((item, false)) }
      }
    }
    return isTaken[start] ?? false
  }

  private func isTensor(_ node: NodeID) -> Bool {
    if case .tensor = document[node] { true } else { false }
  }

  /// The parts of a dict or list, each with its step.
  private mutating func children(
    of node: NodeID, at path: [DistributedMetadata.Step]
  ) throws(CheckpointError) -> [(step: DistributedMetadata.Step, node: NodeID)] {
    switch document[node] {
    case .list(let items):
      return items.enumerated().map { (.index($0.offset), $0.element) }
    case .stateDict(let state):
      if state.kind != .dict || state.metadata != nil { losesKinds = true }
      try dropAttributes(state.attributes, at: path)
      return state.entries.map { (.key($0.key), $0.value) }
    case .mapping(let mapping):
      if mapping.kind != .dict { losesKinds = true }
      try dropAttributes(mapping.attributes, at: path)
      var isText = true
      var children: [(step: DistributedMetadata.Step, node: NodeID)] = []
      for entry in mapping.entries {
        switch document[entry.key] {
        case .string(let key): children.append((.key(key), entry.value))
        case .int, .bool, .none:
          isText = false
          children.append((.key(document.keyText(entry.key)), entry.value))
        default:
          let path = Self.display(path + [.key(document.keyText(entry.key))])
          guard !document.holdsTensor(entry.key, seen: &withoutTensors),
            !document.holdsTensor(entry.value, seen: &withoutTensors)
          else {
            throw document.unrepresentableKey(entry.key, at: path, for: DistributedFormat.word)
          }
          try drop(path)
        }
      }
      if !isText { rekeyed.append(Self.display(path)) }
      return children
    default: return []
    }
  }

  private mutating func dropAttributes(
    _ attributes: NodeID?, at path: [DistributedMetadata.Step]
  ) throws(CheckpointError) {
    guard let attributes else { return }
    let parts = document.children(of: attributes)
    let prefix: Text = path.isEmpty ? "" : Self.display(path) + "/"
    for part in parts { try drop(prefix + "." + part.component) }
  }

  private mutating func drop(_ path: Text) throws(CheckpointError) {
    pathBytes += path.count
    guard pathBytes <= Self.largestPaths else { throw Self.tooMany }
    droppedValues.append(path)
  }

  private static let tooMany = CheckpointError(
    .limit, "its items, or the names of them, are too many for one checkpoint")

  /// The path as reports have it.
  static func display(_ path: [DistributedMetadata.Step]) -> Text {
    path.map { step -> Text in
      switch step {
      case .key(let key): ValuePath.escape(key)
      case .index(let index): Text(index)
      }
    }.joined(separator: "/")
  }
}
