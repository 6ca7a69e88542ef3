// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A document as a tree of names in which the dots of state-dict keys are levels too. Built without recursion: the
/// index of a part is larger than that of what holds it.
///
/// Its items are as many as what is in the document, whatever keys and sharing make of it: beyond a bound values are
/// counted and not kept, and keys are taken apart no further.
struct TreeArena {
  enum Kind {
    /// A dotted prefix of keys.
    case prefix
    case container(NodeID)
    case tensor(NodeID)
    case value(NodeID)
  }

  enum Separator {
    case none, slash, dot

    var text: Text {
      switch self {
      case .none: ""
      case .slash: "/"
      case .dot: "."
      }
    }
  }

  struct Item {
    var name: Text
    /// What stands before the name in its path.
    var separator: Separator
    var kind: Kind
    var parent: Int32
    // Parts are a chain.
    fileprivate var first: Int32 = -1
    fileprivate var last: Int32 = -1
    fileprivate var next: Int32 = -1
    /// Parts that are not kept.
    var unkept: Int32 = 0
    var tensors = 0
    var bytes = 0
    /// Equal for equal names, types, shapes and values below.
    var structure = 0
    /// Equal for equal names and data types below.
    var looseStructure = 0
    /// Equal for equal paths.
    fileprivate(set) var pathHash = 0

    var hasParts: Bool { first >= 0 || unkept > 0 }
  }

  private struct Frame {
    var item: Int
    /// How many of its parts are keys of a state dict.
    var keys: Int
  }

  private struct PrefixKey: Hashable {
    var parent: Int
    var name: Text
  }

  /// Dots that a key is taken apart at; what follows is one name. No tree is drawn deeper.
  private static let mostLevels = Document.largestTreeDepth
  /// Prefixes beyond two for each key, and values that are kept.
  private static let room = 100_000
  /// Bytes that values are compared by, beyond those of `room` numbers.
  private static let textRoom = 16 << 20

  private(set) var items: [Item] = []
  private var prefixes: [PrefixKey: Int] = [:]
  private var prefixesLeft = Self.room
  private var valuesLeft = Self.room
  private var textLeft = Self.textRoom
  /// Whether containers that stand at many paths are not shown at all of them.
  private(set) var isCut = false

  init(_ document: Document) {
    var walk = DocumentWalk(document)
    var frames: [Frame] = []
    while let step = walk.next() {
      switch step {
      case .leave: frames.removeLast()
      case .enter(let node, let isRepeat):
        let isLeaf = document.isLeaf(node)
        let item = add(node, isLeaf: isLeaf, at: walk.place, in: frames.last, document)
        if isRepeat || isLeaf { continue }
        var keys = 0
        if case .stateDict(let state) = document[node] { keys = state.entries.count }
        prefixesLeft += 2 * keys
        frames.append(Frame(item: item, keys: keys))
      }
    }
    isCut = walk.isCut
    for index in items.indices.reversed() { finish(index, document) }
  }

  private mutating func add(
    _ node: NodeID, isLeaf: Bool, at place: (component: Text, index: Int)?, in frame: Frame?,
    _ document: Document
  ) -> Int {
    let kind: Kind = document.isTensor(node) ? .tensor(node) : isLeaf ? .value(node) : .container(node)
    guard let frame, let place else { return add(Item("", .none, parent: 0, kind)) }
    var parent = frame.item
    var separator = parent == 0 ? Separator.none : .slash
    guard place.index < frame.keys else {
      if case .value = kind {
        valuesLeft -= 1
        if valuesLeft < 0 {
          items[parent].unkept += 1
          return parent
        }
      }
      return add(Item(place.component, separator, parent: parent, kind))
    }
    let component = place.component
    var start = 0
    var levels = 0
    while levels < Self.mostLevels, let dot = component.firstIndex(of: ".", from: start) {
      let key = PrefixKey(parent: parent, name: component[start..<dot])
      if let known = prefixes[key] {
        parent = known
      } else {
        prefixesLeft -= 1
        if prefixesLeft < 0 { break }
        parent = add(Item(key.name, separator, parent: parent, .prefix))
        prefixes[key] = parent
      }
      separator = .dot
      start = dot + 1
      levels += 1
    }
    return add(Item(component.dropFirst(start), separator, parent: parent, kind))
  }

  private mutating func add(_ item: Item) -> Int {
    let index = items.count
    items.append(item)
    guard index > 0 else { return 0 }
    let parent = Int(item.parent)
    if items[parent].first < 0 {
      items[parent].first = Int32(index)
    } else {
      items[Int(items[parent].last)].next = Int32(index)
    }
    items[parent].last = Int32(index)
    items[index].pathHash = Self.hash(items[parent].pathHash, item.separator.text, item.name)
    return index
  }

  /// FNV-1a, which goes on where it ended.
  private static func hash(_ start: Int, _ texts: Text...) -> Int {
    var hash = UInt64(bitPattern: Int64(start))
    for text in texts {
      text.withBytes { bytes in
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
      }
    }
    return Int(truncatingIfNeeded: hash)
  }

  /// The items that stand at some paths.
  func places<Value>(of values: [Text: Value]) -> [Int: Value] {
    var wanted: [Int: Text] = [:]
    for path in values.keys { wanted[Self.hash(0, path)] = path }
    var places: [Int: Value] = [:]
    for index in items.indices {
      guard let path = wanted[items[index].pathHash], self.path(index) == path else { continue }
      places[index] = values[path]
      // The first is the container or prefix itself; another of this path is none of its own.
      wanted[items[index].pathHash] = nil
    }
    return places
  }

  /// The parts of an item, in order.
  func parts(_ index: Int) -> [Int] {
    var parts: [Int] = []
    var part = items[index].first
    while part >= 0 {
      parts.append(Int(part))
      part = items[Int(part)].next
    }
    return parts
  }

  /// The one part of an item that has no other.
  func onlyPart(_ index: Int) -> Int? {
    let item = items[index]
    return item.first >= 0 && item.first == item.last && item.unkept == 0 ? Int(item.first) : nil
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
    case .tensor(let node):
      item.tensors = 1
      if case .composite(let composite) = document[node] {
        item.bytes = document.byteCount(of: composite)
        exact.combine(composite.layout)
        exact.combine(composite.dtype)
        exact.combine(composite.shape)
        exact.combine(item.bytes)
        loose.combine(composite.layout)
        loose.combine(composite.dtype)
      } else if case .tensor(let tensor) = document[node] {
        item.bytes = tensor.byteCount
        exact.combine(tensor.dtype)
        exact.combine(tensor.shape)
        loose.combine(tensor.dtype)
      }
    case .value(let node):
      loose.combine(document.typeName(node))
      let size = document.leafSize(node)
      if size <= 64 || size <= textLeft {
        if size > 64 { textLeft -= size }
        exact.combine(document.leafValue(node))
      } else {
        exact.combine(node)
      }
    }
    exact.combine(item.unkept)
    loose.combine(item.unkept)
    var next = item.first
    while next >= 0 {
      let part = items[Int(next)]
      item.tensors += part.tensors
      item.bytes &+= part.bytes
      exact.combine(part.name)
      exact.combine(part.structure)
      loose.combine(part.name)
      loose.combine(part.looseStructure)
      next = part.next
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
      parts.append(items[current].separator.text + items[current].name)
      current = Int(items[current].parent)
    }
    return parts.reversed().joined()
  }
}

extension TreeArena.Item {
  init(_ name: Text, _ separator: TreeArena.Separator, parent: Int, _ kind: TreeArena.Kind) {
    self.name = name
    self.separator = separator
    self.parent = Int32(parent)
    self.kind = kind
  }
}
