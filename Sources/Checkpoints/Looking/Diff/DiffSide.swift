// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// One of two documents that are compared: its tensors and its other leaves by path.
struct DiffSide {
  let document: Document
  /// In the file's order.
  private(set) var tensors: OrderedDictionary<Text, TensorRecord> = [:]
  private(set) var values: OrderedDictionary<Text, DiffValue> = [:]
  /// The Python types of containers that are not empty.
  private(set) var containers: OrderedDictionary<Text, String> = [:]
  /// State dicts and the paths where they are first met.
  private(set) var states: OrderedDictionary<NodeID, Text> = [:]
  private(set) var keys: KeyKinds

  private var told: [NodeID: DiffValue] = [:]
  /// One composite may stand at millions of paths.
  private var partsLeft = Document.listedPartLimit

  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    keys = KeyKinds(document)
    var names = Names()
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let id, let isRepeat) = step else { continue }
      let path = try walk.path()
      if !isRepeat { keys.add(id, at: path) }
      switch document[id] {
      case .tensor(let tensor):
        tensors[names.free(path)] = tensor
      case .composite(let composite):
        try add(composite, at: path, &names)
      case .object(let object) where !document.isPlain(object):
        let value = DiffValue(type: document.typeName(id), value: .null)
        values[names.free(path)] = value
      default:
        if isRepeat {
          values[names.free(path)] = DiffValue(
            type: document.typeName(id), value: .string("(shown above)"))
        } else if document.isLeaf(id) {
          values[names.free(path)] = value(of: id)
        } else {
          containers[path] = document.typeName(id)
          if case .stateDict = document[id], states[id] == nil { states[id] = path }
        }
      }
    }
  }

  /// Long integers and arrays are told once: the memo may have them stand at a hundred thousand places.
  private mutating func value(of id: NodeID) -> DiffValue {
    switch document[id] {
    case .long, .numpy:
      if let known = told[id] { return known }
      let value = DiffValue(document, id)
      told[id] = value
      return value
    default: return DiffValue(document, id)
    }
  }

  /// A sparse, quantized or other composite tensor counts as what it is, with its shape; each part is compared by
  /// itself, under its name.
  private mutating func add(
    _ composite: CompositeTensor, at path: Text, _ names: inout Names
  ) throws(CheckpointError) {
    let kind = [document.describe(composite), composite.dtype.map { "\($0)" } ?? "", "\(composite.shape)"]
    values[names.free(path)] = DiffValue(
      type: "Tensor", value: .text(kind.filter { !$0.isEmpty }.joined(separator: ", ")))
    let parts = document.parts(of: composite)
    partsLeft -= parts.count
    guard partsLeft >= 0 else {
      throw CheckpointError(
        .limit, "its tensors have more than \(Document.listedPartLimit) parts in all",
        at: .init(file: document.source?.file))
    }
    for part in parts {
      let partPath: Text = path.isEmpty ? part.name : "\(path)/\(part.name)"
      if case .tensor(let tensor) = document[part.node] {
        tensors[names.free(partPath)] = tensor
      } else {
        values[names.free(partPath)] = DiffValue(document, part.node)
      }
    }
  }

  var bytes: Int { tensors.values.reduce(0) { $0 &+ $1.byteCount } }

  func reader(_ tensor: TensorRecord) -> TensorReader { TensorReader(document, tensor) }

  /// SHA-256 of each tensor's elements, by `bareView`: of tied ones once.
  ///
  /// - Parameter onBytes: called with the size of each part that was read.
  func digests(onBytes: (Int) -> Void) throws(CheckpointError) -> [TensorRecord: Text] {
    var digests: [TensorRecord: Text] = [:]
    for (path, tensor) in tensors where digests[tensor.bareView] == nil {
      let view = tensor.bareView
      do throws(CheckpointError) {
        digests[view] = Text(try reader(view).digest(onBytes: onBytes).hexadecimal)
      } catch { throw error.at(file: document.source?.file, key: path) }
    }
    return digests
  }

  /// Whether a path names a tensor on both sides.
  func sharesPaths(with other: DiffSide) -> Bool {
    tensors.keys.contains { other.tensors[$0] != nil }
  }

  /// Throws `inputChanged` where a file was written to in the meantime.
  func checkUnchanged() throws(CheckpointError) {
    var files: Set<InputFile> = []
    for tensor in tensors.values { files.formUnion(document[tensor.storage].bytes.inputs) }
    for file in files { try file.checkUnchanged() }
  }
}

/// Keys that differ in Python (`0` and `"0"`) may have one path: the second is told apart by its number.
private struct Names {
  private var counts: [Text: Int] = [:]

  mutating func free(_ path: Text) -> Text {
    let count = counts[path, default: 0] + 1
    counts[path] = count
    // A key may look like a number that was given; then it gets a further one.
    return count == 1 ? path : free("\(path) (\(count))")
  }
}
