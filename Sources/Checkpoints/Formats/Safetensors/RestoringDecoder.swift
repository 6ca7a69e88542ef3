// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Reads the text of a `RestoringEntry` back, trusting nothing in it: every number must be in range, every view
/// within its bytes, every tensor of the file must have its place.
struct RestoringDecoder {
  private let nodes: [JSONTree]
  private let root: JSONTree
  /// In byte order of their names, as the entry counts them.
  private let tensors: [(name: Text, record: TensorRecord)]
  private let storages: [Storage]
  private var document = Document(nodes: [])
  private var used: [Bool]

  /// - Parameter document: whose storages the tensors view.
  ///
  /// Nil where the entry was written for other tensors: another program has changed the file since. Throws
  /// `.corrupt` where it is malformed.
  init?(
    _ text: Text, _ tensors: OrderedDictionary<Text, TensorRecord>, _ document: Document
  ) throws(CheckpointError) {
    var cursor = JSONCursor(text.bytes, base: nil, subject: "it")
    let tree: JSONTree
    do throws(CheckpointError) {
      tree = try cursor.tree()
      try cursor.end()
    } catch { throw Self.broken(error.reason) }
    guard case .int(RestoringEntry.version) = tree["version"], case .string(let digest) = tree["names"],
      let root = tree["root"], case .array(let nodes) = tree["nodes"]
    else { throw Self.broken("it has not the parts that version \(RestoringEntry.version) has") }
    self.nodes = nodes
    self.root = root
    self.tensors = tensors.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    used = [Bool](repeating: false, count: self.tensors.count)
    storages = document.storages
    guard digest == Text(RestoringEntry.digest(ofSorted: self.tensors.map(\.name))) else { return nil }
  }

  private static func broken(_ reason: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "the entry `\(RestoringEntry.key)` of `__metadata__` is broken: \(reason)",
      hint: "the tensors are whole: `safetensors.torch.load_file` reads them without the entry")
  }

  private func broken(_ reason: String) -> CheckpointError { Self.broken(reason) }

  /// The document; node `i` of the entry becomes node `i` of it.
  mutating func restore() throws(CheckpointError) -> Document {
    document = Document(nodes: [Node](repeating: .none, count: nodes.count), storages: storages)
    for (index, tree) in nodes.enumerated() {
      do throws(CheckpointError) { document[NodeID(index)] = try node(tree) } catch {
        throw error.location.key == nil ? broken("node \(index): \(error.reason)") : error
      }
    }
    document.root = try reference(root)
    if let lost = used.firstIndex(of: false) {
      throw broken("it has no place for the tensor `\(tensors[lost].name)`")
    }
    return document
  }

  /// A part of a node: a plain value as it is, or `[number]`.
  private mutating func reference(_ tree: JSONTree) throws(CheckpointError) -> NodeID {
    switch tree {
    case .null: return document.add(.none)
    case .bool(let value): return document.add(.bool(value))
    case .int(let value): return document.add(.int(value))
    case .double(let value): return document.add(.float(value))
    case .string(let text): return document.add(.string(text))
    case .array(let parts):
      guard parts.count == 1, case .int(let number) = parts[0], nodes.indices.contains(Int(number)) else {
        throw wrong("a reference leads to no node")
      }
      return NodeID(Int(number))
    case .object: throw wrong("an object stands where a value belongs")
    }
  }

  private func wrong(_ reason: String) -> CheckpointError { CheckpointError(.corrupt, reason) }

  private mutating func references(_ trees: ArraySlice<JSONTree>) throws(CheckpointError) -> [NodeID] {
    var ids: [NodeID] = []
    for tree in trees { ids.append(try reference(tree)) }
    return ids
  }

  private mutating func optional(_ tree: JSONTree) throws(CheckpointError) -> NodeID? {
    if case .null = tree { nil } else { try reference(tree) }
  }

  private mutating func node(_ tree: JSONTree) throws(CheckpointError) -> Node {
    if case .int(let number) = tree { return .tensor(try tensor(number)) }
    guard case .array(let parts) = tree, case .string(let kind) = parts.first else {
      throw wrong("it has no kind")
    }
    switch (kind, parts.count) {
    case ("list", _): return .list(try references(parts[1...]))
    case ("tuple", _): return .tuple(try references(parts[1...]))
    case ("set", _): return .set(try references(parts[1...]))
    case ("frozenset", _): return .frozenset(try references(parts[1...]))
    case ("dict", 2...): return try mapping(.dict, parts)
    case ("OrderedDict", 2...): return try mapping(.orderedDict, parts)
    case ("Counter", 2...): return try mapping(.counter, parts)
    case ("state_dict", 5...): return try stateDict(parts)
    case ("float", 2):
      guard let bytes = parts[1].bytes, bytes.count == 8 else { break }
      return .float(Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }))
    case ("int", 2): if let bytes = parts[1].bytes { return .long(bytes) }
    case ("str", 2): if let text = parts[1].bytes.flatMap({ Text(utf8: $0) }) { return .string(text) }
    case ("bytes", 2): if let bytes = parts[1].bytes { return .bytes(bytes) }
    case ("bytearray", 2): if let bytes = parts[1].bytes { return .bytearray(bytes) }
    case ("global", 3):
      guard case .string(let module) = parts[1], case .string(let name) = parts[2] else { break }
      return .global(GlobalName(module, name))
    case ("call", 3):
      let (callee, arguments) = (try reference(parts[1]), try reference(parts[2]))
      return .object(OpaqueObject(form: .reduce, callee: callee, arguments: arguments))
    case ("tensor", 3):
      guard case .int(let number) = parts[1], case .string(let flags) = parts[2] else { break }
      var record = try tensor(number)
      try set(flags, on: &record)
      return .tensor(record)
    case ("view", 7): return .tensor(try view(parts))
    case ("numpy", 7): return .numpy(try numpy(parts))
    default: break
    }
    throw wrong("`\(kind)` with \(parts.count - 1) parts is nothing that is known")
  }

  private mutating func mapping(_ kind: Mapping.Kind, _ parts: [JSONTree]) throws(CheckpointError) -> Node {
    guard parts.count % 2 == 0 else { throw wrong("a key has no value") }
    var entries: [Mapping.Entry] = []
    var keys: Set<JSONTree> = []
    for index in stride(from: 2, to: parts.count, by: 2) {
      guard keys.insert(parts[index]).inserted else { throw wrong("a key stands twice") }
      entries.append(.init(key: try reference(parts[index]), value: try reference(parts[index + 1])))
    }
    return .mapping(Mapping(kind: kind, entries: entries, attributes: try optional(parts[1])))
  }

  private mutating func stateDict(_ parts: [JSONTree]) throws(CheckpointError) -> Node {
    guard case .string(let kind) = parts[1], kind == "dict" || kind == "OrderedDict",
      case .string(let prefix) = parts[2]
    else { throw wrong("a state dict has neither kind nor prefix") }
    var state = StateDict(kind: kind == "dict" ? .dict : .orderedDict, entries: [:])
    if case .array(let modules) = parts[3] {
      state.metadata = [:]
      for module in modules {
        let (path, value) = try pair(module)
        guard state.metadata?.updateValue(value, forKey: path) == nil else {
          throw wrong("a module stands twice")
        }
      }
    }
    state.attributes = try optional(parts[4])
    for part in parts[5...] {
      let entry: (key: Text, value: NodeID)
      if case .int(let number) = part {
        let record = try tensor(number)
        guard let key = RestoringEntry.key(ofName: tensors[Int(number)].name, prefix: prefix) else {
          throw wrong("`\(tensors[Int(number)].name)` does not begin with `\(prefix)`")
        }
        entry = (key, document.add(.tensor(record)))
      } else {
        entry = try pair(part)
      }
      guard state.entries.updateValue(entry.value, forKey: entry.key) == nil else {
        throw wrong("the key `\(entry.key)` stands twice")
      }
    }
    return .stateDict(state)
  }

  private mutating func pair(_ tree: JSONTree) throws(CheckpointError) -> (key: Text, value: NodeID) {
    guard case .array(let parts) = tree, parts.count == 2, case .string(let key) = parts[0] else {
      throw wrong("a key has no value")
    }
    return (key, try reference(parts[1]))
  }

  // MARK: Tensors

  private mutating func tensor(_ number: Int64) throws(CheckpointError) -> TensorRecord {
    guard tensors.indices.contains(Int(number)) else { throw wrong("there is no tensor \(number)") }
    used[Int(number)] = true
    return tensors[Int(number)].record
  }

  private func set(_ flags: Text, on record: inout TensorRecord) throws(CheckpointError) {
    for flag in flags.bytes {
      switch flag {
      case UInt8(ascii: "p"): record.isParameter = true
      case UInt8(ascii: "g"): record.requiresGrad = true
      case UInt8(ascii: "c") where record.dtype.isComplex: record.isConjugate = true
      case UInt8(ascii: "n"): record.isNegative = true
      default: throw wrong("`\(flags)` are no flags of a tensor")
      }
    }
  }

  private func view(_ parts: [JSONTree]) throws(CheckpointError) -> TensorRecord {
    guard case .int(let number) = parts[1], tensors.indices.contains(Int(number)),
      case .string(let name) = parts[2], let dtype = DType(name), let shape = parts[3].sizes,
      let strides = parts[4].sizes, shape.count == strides.count, case .int(let offset) = parts[5],
      offset >= 0,
      case .string(let flags) = parts[6]
    else { throw wrong("a view has no shape, strides and offset") }
    let storage = tensors[Int(number)].record.storage
    var count = dtype.itemSize
    for size in shape where size != 1 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw wrong("a view has more bytes than 63 bits count") }
      count = product
    }
    var record = TensorRecord(
      dtype: dtype, shape: shape, strides: strides, offset: Int(offset), storage: storage)
    let capacity = storages[storage.index].byteCount / dtype.itemSize
    guard let extent = record.extent, extent.isEmpty || extent.upperBound <= capacity else {
      throw wrong("a view reaches past the tensor `\(tensors[Int(number)].name)`")
    }
    try set(flags, on: &record)
    return record
  }

  private func numpy(_ parts: [JSONTree]) throws(CheckpointError) -> NumpyValue {
    guard case .string(let module) = parts[1],
      ["numpy.core.multiarray", "numpy._core.multiarray"].contains(module), case .string(let code) = parts[2],
      let type = code.ascii, case .bool(let isFortranOrder) = parts[4],
      case .bool(let isBigEndian) = parts[5],
      let bytes = parts[6].bytes
    else { throw wrong("a numpy value has not its parts") }
    let value = NumpyValue(
      typeName: type, shape: parts[3].sizes, isFortranOrder: isFortranOrder, isBigEndian: isBigEndian,
      bytes: bytes, module: module)
    guard var count = value.dtype?.itemSize, value.shape != nil || parts[3] == .null else {
      throw wrong("a numpy value has no type or shape that is known")
    }
    for size in value.shape ?? [] {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw wrong("a numpy value has more bytes than 63 bits count") }
      count = product
    }
    guard count == bytes.count else { throw wrong("a numpy value's shape and bytes do not agree") }
    return value
  }
}

extension JSONTree {
  /// Bytes written as hexadecimal digits.
  fileprivate var bytes: [UInt8]? {
    guard case .string(let text) = self, text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in text.bytes {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue.map(UInt8.init) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  /// Numbers of 0 and more.
  fileprivate var sizes: [Int]? {
    guard case .array(let parts) = self else { return nil }
    var sizes: [Int] = []
    for part in parts {
      guard case .int(let size) = part, size >= 0 else { return nil }
      sizes.append(Int(size))
    }
    return sizes
  }
}
