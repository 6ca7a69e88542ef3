// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// A part of a container: the last component of its path, escaped, and the node.
  package struct Child: Sendable {
    package var component: Text
    package var node: NodeID
  }

  /// The parts of a node under the names that paths use, in order. Leaves have none.
  package func children(of id: NodeID) -> [Child] {
    switch self[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .tensor,
      .composite,
      .numpy, .global:
      return []
    case .list(let items), .tuple(let items), .set(let items), .frozenset(let items):
      return numbered(items)
    case .mapping(let mapping):
      return keyed(mapping.entries) + attributes(mapping.attributes)
    case .stateDict(let state):
      return state.entries.map { Child(component: ValuePath.escape($0.key), node: $0.value) }
        + attributes(state.attributes)
    case .object(let object):
      if isPlain(object) { return [] }
      var parts: [Child] = []
      if object.form == .persistent { parts.append(Child(component: ".id", node: object.callee)) }
      if let arguments = object.arguments, !isEmptyTuple(arguments) {
        parts.append(Child(component: ".args", node: arguments))
      }
      if let keywords = object.keywords { parts.append(Child(component: ".kwargs", node: keywords)) }
      parts += numbered(object.items) + keyed(object.entries) + numbered(object.members)
      for state in object.states { parts += attributes(state) }
      return parts
    }
  }

  private func numbered(_ items: [NodeID]) -> [Child] {
    items.enumerated().map { Child(component: Text($0.offset), node: $0.element) }
  }

  private func keyed(_ entries: [Mapping.Entry]) -> [Child] {
    entries.map { Child(component: ValuePath.escape(keyText($0.key)), node: $0.value) }
  }

  /// The attributes that a BUILD state carries: `.name` each; a state of another form is one part, `.state`.
  private func attributes(_ state: NodeID?) -> [Child] {
    guard let state else { return [] }
    switch self[state] {
    case .mapping(let mapping) where mapping.attributes == nil:
      return mapping.entries.map { Child(component: "." + ValuePath.escape(keyText($0.key)), node: $0.value) }
    case .stateDict(let dict) where dict.attributes == nil:
      return dict.entries.map { Child(component: "." + ValuePath.escape($0.key), node: $0.value) }
    case .none: return []
    default: return [Child(component: ".state", node: state)]
    }
  }

  private func isEmptyTuple(_ id: NodeID) -> Bool {
    if case .tuple(let items) = self[id] { items.isEmpty } else { false }
  }

  /// A key of a mapping as text: strings as they are, integers as digits, `None`, `True`, `(1, 2)`.
  package func keyText(_ id: NodeID) -> Text {
    var room = Self.tupleRoom
    return keyText(id, depth: 0, &room)
  }

  /// Bytes that what a tuple names may take as a key. Each of thousands of keys may name one long text, or tuples of one
  /// tuple again and again.
  private static var tupleRoom: Int { 1024 }

  private func keyText(_ id: NodeID, depth: Int, _ room: inout Int) -> Text {
    if depth > 0 {
      let size = namedSize(id)
      guard size <= room else { return "<\(typeName(id))>" }
      room -= size
    }
    switch self[id] {
    case .string(let text): return text
    case .int(let value): return Text(value)
    case .bool(let value): return value ? "True" : "False"
    case .none: return "None"
    case .float(let value): return Text(value.description)
    case .bytes(let bytes): return Text(PythonRepr.of(bytes))
    case .long(let digits): return Text(BigInteger.decimal(digits))
    case .numpy(let value) where value.shape == nil: return Text(value.numberText)
    case .global(let name): return name.text
    case .tuple(let items) where depth < 4 && items.count < 64 && items.count * Self.itemSize <= room:
      room -= items.count * Self.itemSize
      var texts: [Text] = []
      for item in items { texts.append(keyText(item, depth: depth + 1, &room)) }
      return "(" + texts.joined(separator: ", ") + ")"
    case .object: return Text(PythonRepr.ofObject(id, in: self))
    default: return "<\(typeName(id))>"
    }
  }

  private static var itemSize: Int { 8 }

  /// About what a node adds to a tuple's text beside `itemSize`.
  private func namedSize(_ id: NodeID) -> Int {
    switch self[id] {
    case .string(let text): text.count
    case .bytes(let bytes), .long(let bytes): 4 * bytes.count
    case .numpy(let value): value.bytes.count
    case .global(let name): name.module.count + name.name.count
    case .object: 128
    default: 0
    }
  }

  /// The Python type of a node, as users know it: `int`, `OrderedDict`, `argparse.Namespace`, `numpy.float64`.
  public func typeName(_ id: NodeID) -> String {
    switch self[id] {
    case .none: "None"
    case .bool: "bool"
    case .int, .long: "int"
    case .float: "float"
    case .string: "str"
    case .bytes: "bytes"
    case .bytearray: "bytearray"
    case .list: "list"
    case .tuple: "tuple"
    case .set: "set"
    case .frozenset: "frozenset"
    case .mapping(let mapping):
      switch mapping.kind {
      case .dict: "dict"
      case .orderedDict: "OrderedDict"
      case .counter: "Counter"
      }
    case .stateDict(let state):
      switch state.kind {
      case .dict: "dict"
      case .orderedDict: "OrderedDict"
      case .module(let name): name.description
      }
    case .tensor: "Tensor"
    case .composite(let composite): composite.className?.description ?? "Tensor"
    case .numpy(let value): value.shape == nil ? "numpy.\(value.longTypeName)" : "numpy.ndarray"
    case .global(let name):
      name.module == "torch" && DType(name.name) != nil ? "torch.dtype" : "class"
    case .object(let object): className(of: object)
    }
  }

  /// The class or callable that an opaque object names.
  package func className(of object: OpaqueObject) -> String {
    if object.form == .persistent { return "persistent id" }
    if case .global(let name) = self[object.callee] { return name.description }
    return "object"
  }
}
