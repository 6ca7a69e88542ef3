// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A safetensors file as a document: one state dict, or what the entry `resect` of its `__metadata__` restores.
struct SafetensorsFile {
  let header: SafetensorsHeader
  let file: InputFile

  init(_ file: InputFile, mayBeCut: Bool = false) throws(CheckpointError) {
    self.file = file
    header = try SafetensorsHeader(file, mayBeCut: mayBeCut)
  }

  /// The values. Tensors stand in the header's order unless the file says how they were before.
  ///
  /// `__metadata__` entries of others, `format: pt` aside, are the attribute `__metadata__` of the root.
  func document() throws(CheckpointError) -> Document {
    var document = Document(nodes: [])
    var tensors: OrderedDictionary<Text, TensorRecord> = [:]
    for entry in header.entries { tensors[entry.name] = try record(entry, &document) }
    var metadata = header.metadata
    var isOrdered = false
    if let text = metadata[RestoringEntry.key],
      var decoder = try RestoringDecoder(text, tensors, document)
    {
      metadata[RestoringEntry.key] = nil
      document = try decoder.restore()
      isOrdered = true
    } else {
      var state = StateDict(kind: .dict, entries: [:])
      for (name, tensor) in tensors { state.entries[name] = document.add(.tensor(tensor)) }
      document.root = document.add(.stateDict(state))
    }
    if metadata["format"] == "pt" { metadata["format"] = nil }
    document.attach(fileMetadata: metadata)
    document.source = .init(
      file: file.path, format: .safetensors, isOrdered: isOrdered, hasTextKeysAlone: !isOrdered)
    return document
  }

  private func record(
    _ entry: SafetensorsHeader.Entry, _ document: inout Document
  ) throws(CheckpointError) -> TensorRecord {
    guard let dtype = entry.type.dtype else {
      throw CheckpointError(
        .unsupported, "its dtype \(entry.type.rawValue), floats of six bits, is none of PyTorch's",
        at: .init(byte: entry.byte, key: entry.name))
    }
    var shape = entry.shape
    if entry.type == .f4, let last = shape.indices.last {
      guard shape[last] % 2 == 0 else {
        throw CheckpointError(
          .unsupported, "its last dimension \(shape[last]) is odd, and PyTorch holds F4 in pairs",
          at: .init(byte: entry.byte, key: entry.name))
      }
      shape[last] /= 2
    }
    let start = header.dataStart
    let range = start + entry.range.lowerBound..<start + entry.range.upperBound
    let storage = document.add(
      Storage(name: entry.name, byteCount: range.count, bytes: .held(by: file, range, called: "it")))
    return TensorRecord(dtype: dtype, shape: shape, strides: Self.strides(shape), storage: storage)
  }

  /// Row-major strides. Of a tensor without elements they may be beyond any number, and mean nothing.
  private static func strides(_ shape: [Int]) -> [Int] {
    var product = 1
    for size in shape where size > 1 {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return [Int](repeating: 0, count: shape.count) }
      product = next
    }
    return TensorRecord.contiguousStrides(shape)
  }
}

extension SafetensorsFile: FileForm {
  static let words = "a safetensors file"
  static let word = "safetensors"

  static func begins(_ start: [UInt8]) -> Bool { SafetensorsHeader.begins(start) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document {
    try SafetensorsFile(file).document()
  }

  /// Reading the header has made sure that the tensors cover the file; there is nothing else to compare.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    let opened = try SafetensorsFile(file)
    _ = try opened.document()
    return Inspection(.safetensors, members: opened.header.entries.count)
  }

  /// Whether tensors are shifted cannot be told: the form has no checksums.
  static func remains(_ file: InputFile) throws(CheckpointError) -> Remains {
    let opened: SafetensorsFile
    do throws(CheckpointError) { opened = try SafetensorsFile(file, mayBeCut: true) } catch {
      guard let length = try SafetensorsHeader.length(of: file), length <= SafetensorsHeader.largest else {
        throw error
      }
      throw error.missing(8 + Int(length) - file.size)
    }
    var remains = Remains(document: try opened.document(), members: opened.header.entries.count)
    do throws(CheckpointError) { try opened.header.checkEnd(of: file) } catch { remains.faults = [error] }
    remains.missing = max(0, opened.header.dataEnd - file.size)
    return remains
  }
}

extension Document.Format {
  /// One header, then the bytes of dense tensors.
  public static let safetensors = Self(
    "safetensors", countedIn: "tensor",
    agreement: "the tensors cover the file without holes; safetensors has no checksums",
    writtenAs: SafetensorsFormat.word)
}
