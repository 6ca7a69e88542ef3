// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Writes the containers and plain leaves of a document as the text of a `RestoringEntry`.
///
/// Containers are numbered as they are met, so that nothing recurses, and what two places share stays shared.
struct RestoringEncoder {
  /// Where a tensor node's elements are.
  struct Place {
    /// The number of the written tensor, in the order of names.
    var number: Int
    /// Whether the node is that tensor; otherwise it is a view of its bytes.
    var isItself: Bool
  }

  private let document: Document
  private let places: [NodeID: Place]
  private let names: [Text]
  private let references: [Int32]
  private var numbers: [NodeID: Int] = [:]
  /// Bytes of text that there is yet room for.
  private var textLeft: Int
  private var queue: [(id: NodeID, prefix: Text?)] = []

  /// - Parameter names: of the written tensors, in byte order.
  init(_ document: Document, places: [NodeID: Place], names: [Text]) {
    self.document = document
    self.places = places
    self.names = names
    references = Reachable(document).references
    // Each text once, and what is short many times: settings name the same words again and again.
    textLeft = document.nodes.reduce(16 << 20) { sum, node in
      if case .string(let text) = node { sum + text.count } else { sum }
    }
  }

  mutating func text() throws(CheckpointError) -> String {
    let root = reference(document.root, prefix: "")
    var nodes: [String] = []
    var size = 0
    while nodes.count < queue.count {
      let next = queue[nodes.count]
      nodes.append(try encode(next.id, prefix: next.prefix))
      size += nodes[nodes.count - 1].utf8.count + 1
      guard size <= SafetensorsHeader.largest, textLeft >= 0 else {
        throw CheckpointError(
          .unrepresentable,
          "its containers and values take more room than the header of a safetensors file has",
          hint: "`take` a part of the document, or write torch")
      }
    }
    return "{\"version\":\(RestoringEntry.version),"
      + "\"names\":\"\(RestoringEntry.digest(ofSorted: names))\","
      + "\"root\":\(root),\"nodes\":[\(nodes.joined(separator: ","))]}"
  }

  /// A node as a part of another: a plain value as it is, anything else as `[number]`.
  ///
  /// - Parameter prefix: what the names of the tensors below begin with, nil where that is not known.
  private mutating func reference(_ id: NodeID, prefix: Text? = nil) -> String {
    switch document[id] {
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value) where value.isFinite: return value.description
    case .string(let text) where text.isWellFormed:
      textLeft -= text.count
      // What two places share is written at both: the whole is refused before it has grown.
      return textLeft < 0 ? "null" : text.jsonQuoted
    default: break
    }
    guard document.isHeldBySafetensors(id) else { return "null" }
    if let number = numbers[id] { return "[\(number)]" }
    numbers[id] = queue.count
    queue.append((id, prefix))
    return "[\(queue.count - 1)]"
  }

  private mutating func references(_ ids: [NodeID]) -> [String] { ids.map { reference($0) } }

  private func array(_ parts: [String]) -> String { "[\(parts.joined(separator: ","))]" }

  private mutating func encode(_ id: NodeID, prefix: Text?) throws(CheckpointError) -> String {
    switch document[id] {
    case .none, .bool, .int:
      return reference(id)
    case .string(let text):
      return text.isWellFormed ? reference(id) : bytesText("str", text.bytes)
    case .float(let value):
      return array(["\"float\"", value.bitPattern.bigEndianHexadecimal.jsonQuoted])
    case .long(let bytes): return bytesText("int", bytes)
    case .bytes(let bytes): return bytesText("bytes", bytes)
    case .bytearray(let bytes): return bytesText("bytearray", bytes)
    case .list(let items): return array(["\"list\""] + references(items))
    case .tuple(let items): return array(["\"tuple\""] + references(items))
    case .set(let items): return array(["\"set\""] + references(items))
    case .frozenset(let items): return array(["\"frozenset\""] + references(items))
    case .mapping(let mapping): return encode(mapping, prefix)
    case .stateDict(let state): return try encode(state, prefix)
    case .tensor(let tensor): return try encode(id, tensor)
    case .numpy(let value):
      return array([
        "\"numpy\"", value.module.jsonQuoted, value.typeName.jsonQuoted,
        value.shape.map { array($0.map(String.init)) } ?? "null", String(value.isFortranOrder),
        String(value.isBigEndian), value.bytes.hexadecimal.jsonQuoted,
      ])
    case .global(let name): return array(["\"global\"", name.module.jsonQuoted, name.name.jsonQuoted])
    default:
      // An object that is one plain value, such as `torch.Size`.
      if case .object(let object) = document[id], let arguments = object.arguments {
        return array(["\"call\"", reference(object.callee), reference(arguments)])
      }
    }
    throw CheckpointError(.unrepresentable, "a \(document.typeName(id)) has no place in safetensors")
  }

  private func bytesText(_ kind: String, _ bytes: [UInt8]) -> String {
    array([kind.jsonQuoted, bytes.hexadecimal.jsonQuoted])
  }

  private mutating func encode(_ mapping: Mapping, _ prefix: Text?) -> String {
    let kind =
      switch mapping.kind {
      case .dict: "dict"
      case .orderedDict: "OrderedDict"
      case .counter: "Counter"
      }
    var parts = [kind.jsonQuoted, mapping.attributes.map { reference($0) } ?? "null"]
    for entry in mapping.entries where document.isHeldBySafetensors(entry.value) {
      let below = prefix.flatMap { self.prefix($0, entry) }
      parts.append(reference(entry.key))
      parts.append(reference(entry.value, prefix: below))
    }
    return array(parts)
  }

  /// What names begin with below an entry. Nil for what holds nothing, and so deep that it would take long: there no name
  /// is left out.
  private func prefix(_ above: Text, _ entry: Mapping.Entry) -> Text? {
    guard above.count < 4096, document.partCount(of: entry.value) > 0 else { return nil }
    return above + ValuePath.escape(document.keyText(entry.key)) + "/"
  }

  /// A tensor that is met here alone, under the key that its name says, is its bare number.
  private mutating func encode(_ state: StateDict, _ place: Text?) throws(CheckpointError) -> String {
    let place = place ?? ""
    var modules: [String]?
    if let metadata = state.metadata {
      if let module = metadata.keys.first(where: { !$0.isWellFormed }) { throw Self.surrogates(in: module) }
      modules = metadata.map { array([$0.key.jsonQuoted, reference($0.value)]) }
    }
    // No tensor that is written has a name that begins so.
    let prefix = place.isWellFormed ? place : ""
    var parts = [
      "\"state_dict\"", state.kind == .dict ? "\"dict\"" : "\"OrderedDict\"", prefix.jsonQuoted,
      modules.map { array($0) } ?? "null", state.attributes.map { reference($0) } ?? "null",
    ]
    for (key, value) in state.entries where document.isHeldBySafetensors(value) {
      guard key.isWellFormed else { throw Self.surrogates(in: place + ValuePath.escape(key)) }
      if let place = places[value], place.isItself, references[Int(value.index)] == 1,
        case .tensor(let tensor) = document[value], flags(tensor).isEmpty,
        RestoringEntry.key(ofName: names[place.number], prefix: prefix) == key
      {
        parts.append(String(place.number))
      } else {
        parts.append(array([key.jsonQuoted, reference(value)]))
      }
    }
    return array(parts)
  }

  private static func surrogates(in path: Text) -> CheckpointError {
    CheckpointError(
      .unrepresentable, "its name has lone surrogates, which safetensors cannot hold", at: .init(key: path),
      hint: "`rename` it first")
  }

  private func encode(_ id: NodeID, _ tensor: TensorRecord) throws(CheckpointError) -> String {
    guard let place = places[id] else {
      throw CheckpointError(
        .unrepresentable, "a tensor stands where no name leads, as a key or inside one",
        hint: "`drop` what holds it")
    }
    if place.isItself {
      let flags = flags(tensor)
      return flags.isEmpty
        ? String(place.number) : array(["\"tensor\"", String(place.number), flags.jsonQuoted])
    }
    let bits = (tensor.isConjugate ? "c" : "") + (tensor.isNegative ? "n" : "")
    return array([
      "\"view\"", String(place.number), tensor.dtype.rawValue.jsonQuoted,
      array(tensor.shape.map(String.init)), array(tensor.strides.map(String.init)), String(tensor.offset),
      (flags(tensor) + bits).jsonQuoted,
    ])
  }

  private func flags(_ tensor: TensorRecord) -> String {
    (tensor.isParameter ? "p" : "") + (tensor.requiresGrad ? "g" : "")
  }
}

extension RestoringEntry {
  /// The key that a name stands for below a prefix: of a bare state dict the name itself.
  static func key(ofName name: Text, prefix: Text) -> Text? {
    prefix.isEmpty ? name : name.dropping(prefix: prefix).map(ValuePath.unescape)
  }
}

extension Document {
  /// Whether a file of named tensors and text can hold the node itself; its parts are asked one by one.
  func isHeldBySafetensors(_ id: NodeID) -> Bool {
    switch self[id] {
    case .none, .bool, .int, .long, .float, .string, .bytes, .bytearray, .list, .tuple, .set,
      .frozenset, .mapping, .tensor, .numpy:
      return true
    case .stateDict(let state):
      if case .module = state.kind { return false }
      return true
    case .global(let name): return KnownGlobals.contains(name)
    default:
      if case .object(let object) = self[id] { return plainValue(object) != nil }
      return false
    }
  }
}

extension UInt64 {
  /// Sixteen digits, the highest first.
  fileprivate var bigEndianHexadecimal: String {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }.hexadecimal
  }
}
