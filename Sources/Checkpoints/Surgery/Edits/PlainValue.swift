// SPDX-License-Identifier: Apache-2.0

/// The plain Python value that stands for one of a foreign class.
struct PlainValue {
  private let before: Document

  init(_ document: Document) { before = document }

  /// Nil where the value is plain already, or has no plain form.
  func value(of id: NodeID, adding document: inout Document) -> Node? {
    switch before[id] {
    case .numpy(let value):
      return value.shape == nil ? value.plainScalar(adding: &document) : value.tensor(adding: &document)
    case .stateDict(var state):
      guard case .module = state.kind else { return nil }
      state.kind = .orderedDict
      state.original = nil
      state.attributes = nil
      return .stateDict(state)
    case .composite(let composite): return bare(composite, adding: &document)
    case .object(let object):
      guard let name = className(object) else { return nil }
      return value(of: object, name, adding: &document)
    default:
      return nil
    }
  }

  /// A tensor without its class and attributes; a parameter stays one.
  private func bare(_ composite: CompositeTensor, adding document: inout Document) -> Node? {
    guard let bare = composite.bare else { return nil }
    guard composite.isParameter else { return before[bare] }
    if case .tensor(var record) = before[bare] {
      record.isParameter = true
      record.requiresGrad = composite.requiresGrad
      return .tensor(record)
    }
    let callee = document.add(.global(GlobalName("torch._utils", "_rebuild_parameter")))
    let parts: [Node] = [.bool(composite.requiresGrad), .mapping(Mapping(kind: .orderedDict, entries: []))]
    let arguments = document.add(.tuple([bare] + parts.map { document.add($0) }))
    guard case .composite(var parameter) = before[bare] else { return nil }
    parameter.isParameter = true
    parameter.requiresGrad = composite.requiresGrad
    parameter.form = .call(OpaqueObject(form: .reduce, callee: callee, arguments: arguments))
    return .composite(parameter)
  }

  private func value(of object: OpaqueObject, _ name: GlobalName, adding document: inout Document) -> Node? {
    switch (name.module, name.name) {
    case ("argparse", "Namespace"), ("types", "SimpleNamespace"):
      return attributes(object, adding: &document).map { .mapping(Mapping(kind: .dict, entries: $0)) }
    case ("collections", "defaultdict") where isBareDict(object):
      return .mapping(Mapping(kind: .dict, entries: object.entries))
    case ("pathlib", _), ("pathlib._local", _), ("pathlib2", _):
      return path(object, name)
    case ("omegaconf.dictconfig", "DictConfig"), ("omegaconf.listconfig", "ListConfig"):
      return attribute("_content", object)
    case (_, "AttributeDict") where isBareDict(object):
      // Lightning's hyperparameters: a dict whose keys are attributes too.
      return .mapping(Mapping(kind: .dict, entries: object.entries))
    case ("omegaconf.nodes", _):
      return attribute("_val", object)
    default:
      return nil
    }
  }

  /// The class of an object, also where the old `copyreg._reconstructor` makes it.
  private func className(_ object: OpaqueObject) -> GlobalName? {
    guard case .global(let name) = before[object.callee] else { return nil }
    guard ["copyreg", "copy_reg"].contains(name.module), name.name == "_reconstructor" else { return name }
    guard let first = arguments(object).first, case .global(let made) = before[first] else { return nil }
    return made
  }

  private func arguments(_ object: OpaqueObject) -> [NodeID] {
    guard let arguments = object.arguments, case .tuple(let items) = before[arguments] else { return [] }
    return items
  }

  /// Nil where something else stands for attributes, which would be lost.
  private func attributes(_ object: OpaqueObject, adding document: inout Document) -> [Mapping.Entry]? {
    var entries: [Mapping.Entry] = []
    for state in object.states {
      switch before[state] {
      case .mapping(let mapping): entries += mapping.entries
      // Attributes that are tensors alone look like a state dict.
      case .stateDict(let state):
        entries += state.entries.map { Mapping.Entry(key: document.add(.string($0.key)), value: $0.value) }
      case .none: break
      default: return nil
      }
    }
    return entries
  }

  /// Whether an object that is a dict has nothing beside its entries.
  private func isBareDict(_ object: OpaqueObject) -> Bool {
    object.items.isEmpty && object.members.isEmpty
      && object.states.allSatisfy {
        if case .none = before[$0] { true } else { before.isLeaf($0) }
      }
  }

  /// What an OmegaConf node holds; its parts are plain by now.
  private func attribute(_ name: Text, _ object: OpaqueObject) -> Node? {
    for state in object.states {
      if let value = before.value(of: name, in: state) { return before[value] }
    }
    return nil
  }

  /// `PosixPath('/', 'home', 'a')`: the parts of a path, or the arguments that made it.
  private func path(_ object: OpaqueObject, _ name: GlobalName) -> Node? {
    guard let kind = PurePath(name) else { return nil }
    var given: [Text] = []
    for argument in arguments(object) {
      guard case .string(let part) = before[argument] else { return nil }
      given.append(part)
    }
    return .string(kind.text(of: given))
  }
}

extension NumpyValue {
  /// A scalar as a Python number.
  fileprivate func plainScalar(adding document: inout Document) -> Node? {
    guard let dtype else { return nil }
    let bytes = littleEndianBytes
    if dtype.isComplex {
      let part: DType = dtype == .complex64 ? .float32 : .float64
      let parts = (0..<2).map { index in
        document.add(.float(unsafe FloatingPointCodec.decode(bytes.span.bytes, index, part)))
      }
      let callee = document.add(.global(GlobalName("builtins", "complex")))
      let arguments = document.add(.tuple(parts))
      return .object(OpaqueObject(form: .reduce, callee: callee, arguments: arguments))
    }
    if dtype.isFloatingPoint { return .float(unsafe FloatingPointCodec.decode(bytes.span.bytes, 0, dtype)) }
    if dtype == .bool { return .bool(bytes.first != 0) }
    var bits: UInt64 = 0
    for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    if dtype.rawValue.hasPrefix("u") {
      return Int64(exactly: bits).map { .int($0) } ?? .long(bytes + [0])
    }
    let unused = UInt64(64 - 8 * bytes.count)
    return .int(Int64(bitPattern: bits << unused) >> Int64(unused))
  }

  /// An array as a tensor. Fortran order becomes strides.
  fileprivate func tensor(adding document: inout Document) -> Node? {
    guard let dtype, let shape else { return nil }
    let bytes = littleEndianBytes
    let storage = document.add(Storage(name: "numpy", byteCount: bytes.count, bytes: .memory(bytes)))
    let strides = isFortranOrder ? TensorRecord.contiguousStrides(shape.reversed()).reversed() : nil
    return .tensor(
      TensorRecord(dtype: dtype, shape: shape, strides: strides.map(Array.init), storage: storage))
  }
}
