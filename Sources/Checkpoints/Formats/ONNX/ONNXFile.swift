// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// An ONNX model as a document: its tensors as one state dict, `metadata_props` as the attribute `__metadata__` of the
/// root, and what it says of itself as the attribute `__model__`.
struct ONNXFile {
  let model: ONNXModel
  private(set) var folder: ONNXDataFolder

  init(_ model: ONNXModel) {
    self.model = model
    folder = ONNXDataFolder(of: model.file)
  }

  /// The values. Opens the files that elements lie in, and reads none.
  mutating func document() throws(CheckpointError) -> Document {
    var document = Document(nodes: [])
    var state = StateDict(kind: .orderedDict, entries: [:])
    var texts = 0
    for (key, tensor) in model.tensors.all {
      let path = ValuePath.escape(key)
      do throws(CheckpointError) {
        if case .texts(let ranges) = tensor.content {
          state.entries[key] = document.add(.list(try self.texts(ranges, &document)))
          texts += 1
        } else {
          state.entries[key] = document.add(.tensor(try record(tensor, key, &document)))
        }
      } catch { throw error.at(byte: tensor.byte, key: path) }
    }
    let facts = document.add(model.facts, model.operators)
    let name = document.add(.string(Document.onnxModel))
    state.attributes = document.add(.mapping(Mapping(kind: .dict, entries: [.init(key: name, value: facts)])))
    document.root = document.add(.stateDict(state))
    document.attach(fileMetadata: model.metadata)
    var notes = [
      "the tensors are those of an ONNX graph under the names that its exporter gave them, which is no state dict of "
        + "the network: norms may be folded into them"
    ]
    if texts > 0 {
      notes.append(
        "\(texts) \(texts == 1 ? "tensor of text is" : "tensors of text are") read as lists, without shape")
    }
    document.source = .init(
      file: model.file.path, format: .onnx, hasTextKeysAlone: true, notes: notes)
    return document
  }

  private func texts(_ ranges: [Range<Int>], _ document: inout Document) throws(CheckpointError) -> [NodeID] {
    var nodes: [NodeID] = []
    for range in ranges {
      let bytes = try model.file.read(range)
      nodes.append(document.add(Text(utf8: bytes).map(Node.string) ?? .bytes(bytes)))
    }
    return nodes
  }

  private mutating func record(
    _ tensor: ONNXTensor, _ key: Text, _ document: inout Document
  ) throws(CheckpointError) -> TensorRecord {
    let (dtype, bytes) = try elements(of: tensor)
    var shape = tensor.shape
    if tensor.type == .float4e2m1 {
      guard let last = shape.last, last % 2 == 0 else {
        throw CheckpointError(
          .unsupported,
          "its last dimension\(shape.last.map { " \($0)" } ?? "") is odd, and PyTorch holds FLOAT4E2M1 in pairs"
        )
      }
      shape[shape.count - 1] = last / 2
    }
    let storage = document.add(Storage(name: key, byteCount: bytes.byteCount, bytes: bytes))
    return TensorRecord(dtype: dtype, shape: shape, storage: storage)
  }

  /// PyTorch's type of them, and where they come from.
  mutating func elements(of tensor: ONNXTensor) throws(CheckpointError) -> (DType, ByteSource) {
    guard let dtype = tensor.type.dtype, let byteCount = tensor.byteCount else {
      throw CheckpointError(.unsupported, "its data type \(tensor.type.words) is none of PyTorch's")
    }
    return (dtype, try bytes(of: tensor, dtype, byteCount))
  }

  private mutating func bytes(
    of tensor: ONNXTensor, _ dtype: DType, _ byteCount: Int
  ) throws(CheckpointError) -> ByteSource {
    switch tensor.content {
    case .raw(let range): return .file(model.file, range, crc32: nil)
    case .external(let data): return try folder.bytes(data, byteCount)
    case .numbers(let numbers):
      // Bytes that are equal to those of the elements are copied as they stand.
      if let range = numbers.plain { return .file(model.file, range, crc32: nil) }
      return .computed(
        ProtobufElements(
          file: model.file, numbers: numbers, count: tensor.numberCount,
          width: numbers.wire.width ?? dtype.itemSize, fitting: tensor.type.fitting))
    case .texts: return .memory([])
    }
  }
}

extension ONNXFile: FileForm {
  static let words = "an ONNX model"
  static let word = "onnx"

  static func begins(_ start: [UInt8]) -> Bool { ONNXStart.begins(start) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document {
    var opened = ONNXFile(try ONNXModel(file))
    return try opened.document()
  }

  /// Sizes agree where it can be opened. What is left is to read the numbers that take bytes of different number.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    var opened = ONNXFile(try ONNXModel(file))
    return try opened.inspection(onBytes)
  }

  mutating func inspection(_ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    let document = try document()
    var inspection = Inspection(.onnx, members: model.tensors.all.count)
    inspection.notes = folder.notes
    for storage in document.storages {
      guard case .computed(let bytes) = storage.bytes else { continue }
      do throws(CheckpointError) {
        try bytes.forEachChunk(of: 0..<bytes.byteCount) { onBytes($0.byteCount) }
      } catch {
        guard error.code == .corrupt else { throw error }
        inspection.findings.append(error.at(member: storage.name))
      }
    }
    return inspection
  }
}

extension Document.Format {
  /// A model as a graph, whose constants are tensors.
  public static let onnx = Self(
    "onnx", countedIn: "tensor", agreement: "sizes agree; ONNX has no checksums", holdsGraph: true)
}
