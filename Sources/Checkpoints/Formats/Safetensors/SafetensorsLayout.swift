// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A safetensors file to be: its header and the order of its tensors, those of the reference writer
/// (`safetensors.torch.save_file`), so that the same tensors give the same bytes.
struct SafetensorsLayout {
  struct Tensor {
    var name: Text
    /// As messages have it.
    var path: Text
    var record: TensorRecord
    var type: SafetensorsDType
  }

  /// Largest types first, then by name.
  let tensors: [Tensor]
  let header: [UInt8]
  let sections: [any PlannedSection]

  /// - Throws: `.unrepresentable` where the header would be larger than readers take.
  init(
    _ tensors: [Tensor], _ metadata: OrderedDictionary<Text, Text>, from document: Document
  ) throws(CheckpointError) {
    self.tensors = tensors.sorted { left, right in
      left.type.rank != right.type.rank
        ? left.type.rank > right.type.rank : left.name < right.name
    }
    var items: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.keys.sorted().map { key in
        key.jsonQuoted + ":" + (metadata[key] ?? "").jsonQuoted
      }
      items.append("\"\(SafetensorsHeader.metadataKey)\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in self.tensors {
      let end = offset + tensor.record.byteCount
      let shape = tensor.headerShape.map(String.init).joined(separator: ",")
      items.append(
        "\(tensor.name.jsonQuoted):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(items.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    let data = PlannedTensors(
      tensors: self.tensors.map { .init(name: $0.name, bytes: $0.bytes(in: document)) })
    if document.source?.format == .safetensors {
      text += [UInt8](repeating: 0x20, count: Self.padding(after: 8 + text.count, data))
    }
    guard text.count <= SafetensorsHeader.largest else {
      throw CheckpointError(
        .unrepresentable,
        "the header would have \(text.count) bytes, and safetensors allows \(SafetensorsHeader.largest)",
        hint: "`take` a part of the document, or write torch")
    }
    header = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    sections = [PlannedRun(name: "header", bytes: PlannedBytes(header)), data]
  }

  /// Blanks that make the whole data of another safetensors file line up with its old place in pages, so that the
  /// kernel moves pages instead of bytes.
  private static func padding(after end: Int, _ data: PlannedTensors) -> Int {
    guard let source = data.wholeSource else { return 0 }
    let page = OutputFile.pageSize
    let padding = ((source - end) % page + page) % page
    return padding.isMultiple(of: 8) ? padding : 0
  }
}

extension SafetensorsLayout.Tensor {
  /// - Throws: `.unrepresentable` for a type, or a name, that safetensors does not have.
  init(_ entry: FlatDocument.Entry) throws(CheckpointError) {
    guard let type = SafetensorsDType(entry.tensor.dtype) else {
      throw CheckpointError(
        .unrepresentable, "safetensors has no data type for \(entry.tensor.dtype)",
        at: .init(key: entry.path),
        hint: "`drop` it, or write torch, which holds it")
    }
    guard type != .f4 || entry.tensor.shape.last.map({ $0 <= Int.max / 2 }) == true else {
      throw CheckpointError(
        .unrepresentable, "safetensors counts F4 in single values, for which a scalar has no dimension",
        at: .init(key: entry.path), hint: "`drop` it, or write torch, which holds it")
    }
    guard entry.name != SafetensorsHeader.metadataKey else {
      throw CheckpointError(
        .unrepresentable, "in safetensors `__metadata__` is no name of a tensor", at: .init(key: entry.path),
        hint: "`rename` it")
    }
    guard entry.name.isWellFormed else {
      throw CheckpointError(
        .unrepresentable, "its name has lone surrogates, which safetensors cannot hold",
        at: .init(key: entry.path), hint: "`rename` it first")
    }
    self.init(name: entry.name, path: entry.path, record: entry.tensor, type: type)
  }

  /// `F4` counts single values, two to an element.
  var headerShape: [Int] {
    guard type == .f4, let last = record.shape.last else { return record.shape }
    return record.shape.dropLast() + [last * 2]
  }

  /// The elements in row-major order: a range of the source where they lie so.
  func bytes(in document: Document) -> PlannedBytes {
    let source = document[record.storage].bytes
    let rows = RowMajorBytes(source, record)
    guard let direct = rows.direct else { return PlannedBytes(.computed(rows)) }
    var bytes = PlannedBytes([])
    bytes.byteCount = direct.count
    bytes.pieces = [.init(source: source, range: direct, start: 0)]
    return bytes
  }
}
