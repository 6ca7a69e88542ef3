// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// One of two documents that are compared: its tensors and its other leaves by path.
struct DiffSide {
  let document: Document
  /// In the file's order.
  private(set) var tensors: OrderedDictionary<String, TensorRecord> = [:]
  private(set) var values: OrderedDictionary<String, DiffValue> = [:]
  /// The Python types of containers that are not empty.
  private(set) var containers: OrderedDictionary<String, String> = [:]
  /// State dicts and the paths where they are first met.
  private(set) var states: OrderedDictionary<NodeID, String> = [:]

  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let id, let isRepeat) = step else { continue }
      let path = try walk.path()
      switch document[id] {
      case .tensor(let tensor):
        tensors[Self.free(path, in: tensors)] = tensor
      case .composite(let composite):
        add(composite, at: path)
      case .object(let object) where document.plainValue(object) == nil:
        let value = DiffValue(type: document.typeName(id), value: .null)
        values[Self.free(path, in: values)] = value
      default:
        if isRepeat {
          values[Self.free(path, in: values)] = DiffValue(
            type: document.typeName(id), value: .string("(shown above)"))
        } else if document.children(of: id).isEmpty {
          values[Self.free(path, in: values)] = DiffValue(document, id)
        } else {
          containers[path] = document.typeName(id)
          if case .stateDict = document[id], states[id] == nil { states[id] = path }
        }
      }
    }
  }

  /// A sparse, quantized or other composite tensor counts as what it is, with its shape; each part is compared by
  /// itself, under its name.
  private mutating func add(_ composite: CompositeTensor, at path: String) {
    let kind = [document.describe(composite), composite.dtype.map { "\($0)" } ?? "", "\(composite.shape)"]
    values[Self.free(path, in: values)] = DiffValue(
      type: "Tensor", value: .string(kind.filter { !$0.isEmpty }.joined(separator: ", ")))
    for part in document.parts(of: composite) {
      let partPath = path.isEmpty ? part.name : "\(path)/\(part.name)"
      if case .tensor(let tensor) = document[part.node] {
        tensors[Self.free(partPath, in: tensors)] = tensor
      } else {
        values[Self.free(partPath, in: values)] = DiffValue(document, part.node)
      }
    }
  }

  /// Keys that differ in Python (`0` and `"0"`) may have one path: the second is told apart by its number.
  private static func free<Value>(_ path: String, in taken: OrderedDictionary<String, Value>) -> String {
    if taken[path] == nil { return path }
    var number = 2
    while taken["\(path) (\(number))"] != nil { number += 1 }
    return "\(path) (\(number))"
  }

  var bytes: Int { tensors.values.reduce(0) { $0 &+ $1.byteCount } }

  func reader(_ tensor: TensorRecord) -> TensorReader { TensorReader(document, tensor) }

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
