// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A document as a tree of names in which the dots of state-dict keys are levels too. Built without recursion: the
/// index of a part is larger than that of what holds it.
struct TreeArena {
  enum Kind {
    /// A dotted prefix of keys.
    case prefix
    case container(NodeID)
    case tensor(TensorRecord)
    case composite(CompositeTensor)
    case value(NodeID)
  }

  struct Item {
    var name: Text
    /// What stands before the name in its path.
    var separator: Text
    var parent: Int
    var kind: Kind
    var parts: [Int] = []
    var tensors = 0
    var bytes = 0
    /// Equal for equal names, types, shapes and values below.
    var structure = 0
    /// Equal for equal names and data types below.
    var looseStructure = 0
  }

  private struct Frame {
    var item: Int
    var children: [Document.Child]
    /// How many of them are keys of a state dict.
    var keys: Int
    var next = 0
  }

  private struct PrefixKey: Hashable {
    var parent: Int
    var name: Text
  }

  private(set) var items: [Item] = []
  private var prefixes: [PrefixKey: Int] = [:]

  init(_ document: Document) {
    var limits = DocumentWalk.Limits.standard
    // Every visit takes memory here.
    limits.visits = 200_000
    var walk = DocumentWalk(document, limits: limits)
    var frames: [Frame] = []
    while let step = walk.next() {
      switch step {
      case .leave: frames.removeLast()
      case .enter(let node, let isRepeat):
        let item = add(node, to: &frames, document)
        let children = isRepeat ? [] : document.children(of: node)
        if children.isEmpty { continue }
        var keys = 0
        if case .stateDict(let state) = document[node] { keys = state.entries.count }
        frames.append(Frame(item: item, children: children, keys: keys))
      }
    }
    for index in items.indices.reversed() { finish(index, document) }
  }

  private mutating func add(_ node: NodeID, to frames: inout [Frame], _ document: Document) -> Int {
    let kind: Kind =
      switch document[node] {
      case .tensor(let tensor): .tensor(tensor)
      case .composite(let composite): .composite(composite)
      case .object(let object): document.plainValue(object) == nil ? .container(node) : .value(node)
      default: document.children(of: node).isEmpty ? .value(node) : .container(node)
      }
    guard let top = frames.indices.last else { return add(Item("", "", parent: 0, kind)) }
    let position = frames[top].next
    frames[top].next += 1
    let component = frames[top].children[position].component
    let isFirst = frames[top].item == 0
    guard position < frames[top].keys else {
      return add(Item(component, isFirst ? "" : "/", parent: frames[top].item, kind))
    }
    var parent = frames[top].item
    var separator: Text = isFirst ? "" : "/"
    var start = 0
    while let dot = component.firstIndex(of: ".", from: start) {
      let key = PrefixKey(parent: parent, name: component[start..<dot])
      if let known = prefixes[key] {
        parent = known
      } else {
        parent = add(Item(key.name, separator, parent: parent, .prefix))
        prefixes[key] = parent
      }
      separator = "."
      start = dot + 1
    }
    return add(Item(component.dropFirst(start), separator, parent: parent, kind))
  }

  private mutating func add(_ item: Item) -> Int {
    items.append(item)
    if items.count > 1 { items[item.parent].parts.append(items.count - 1) }
    return items.count - 1
  }

  /// Sums up a finished item; its parts are finished already.
  private mutating func finish(_ index: Int, _ document: Document) {
    var exact = Hasher()
    var loose = Hasher()
    var item = items[index]
    switch item.kind {
    case .prefix: break
    case .container(let node):
      exact.combine(document.typeName(node))
      loose.combine(document.typeName(node))
    case .tensor(let tensor):
      item.tensors = 1
      item.bytes = tensor.byteCount
      exact.combine(tensor.dtype)
      exact.combine(tensor.shape)
      loose.combine(tensor.dtype)
    case .composite(let composite):
      item.tensors = 1
      item.bytes = document.byteCount(of: composite)
      exact.combine(composite.layout)
      exact.combine(composite.dtype)
      exact.combine(composite.shape)
      exact.combine(item.bytes)
      loose.combine(composite.layout)
      loose.combine(composite.dtype)
    case .value(let node):
      exact.combine(document.leafValue(node))
      loose.combine(document.typeName(node))
    }
    for part in item.parts {
      item.tensors += items[part].tensors
      item.bytes &+= items[part].bytes
      exact.combine(items[part].name)
      exact.combine(items[part].structure)
      loose.combine(items[part].name)
      loose.combine(items[part].looseStructure)
    }
    item.structure = exact.finalize()
    item.looseStructure = loose.finalize()
    items[index] = item
  }

  /// The path of an item.
  func path(_ index: Int) -> Text {
    var parts: [Text] = []
    var current = index
    while current != 0 {
      parts.append(items[current].separator + items[current].name)
      current = items[current].parent
    }
    return parts.reversed().joined()
  }
}

extension TreeArena.Item {
  init(_ name: Text, _ separator: Text, parent: Int, _ kind: TreeArena.Kind) {
    self.name = name
    self.separator = separator
    self.parent = parent
    self.kind = kind
  }
}
