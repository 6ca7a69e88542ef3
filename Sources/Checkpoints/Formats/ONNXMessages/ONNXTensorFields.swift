// SPDX-License-Identifier: Apache-2.0

extension ONNXTensor {
  /// The fields of a `TensorProto` as they stand, before they are held against each other.
  struct Fields {
    private var dims = ProtobufNumbers(.varint)
    private var dataType: Int64?
    private var location: Int64 = 0
    private var segment: Int?
    private var raw: Range<Int>?
    private var numbers: [Field: ProtobufNumbers] = [:]
    private var texts: [Range<Int>] = []
    private var entries: [ONNXEntry] = []

    /// - Parameter name: set as soon as it is met, for errors.
    init(_ window: ProtobufWindow, _ range: Range<Int>, name: inout Text?) throws(CheckpointError) {
      let mostTexts = StructureLimits.current.items(window.file.size)
      var cursor = ProtobufCursor<Field>(window, range)
      while let field = try cursor.next() {
        switch field.name {
        case .dims: try dims.add(field)
        case .data_type: dataType = try field.integer()
        case .segment: segment = field.byte
        case .name: name = try field.text()
        case .raw_data: raw = try field.bytes()
        case .data_location: location = try field.integer()
        case .float_data: try add(field, .fixed32)
        case .double_data: try add(field, .fixed64)
        case .int32_data, .int64_data, .uint64_data: try add(field, .varint)
        case .string_data:
          texts.append(try field.bytes())
          guard texts.count <= mostTexts else {
            throw CheckpointError(
              .limit, "it has more than \(mostTexts) texts", at: .init(byte: field.byte),
              hint: StructureLimits.hint)
          }
        case .external_data:
          entries.append(try ONNXEntry(window, field.bytes()))
          guard entries.count <= 100 else {
            throw CheckpointError(
              .limit, "its external_data has more than 100 entries", at: .init(byte: field.byte))
          }
        }
      }
    }

    private mutating func add(
      _ field: ProtobufField<Field>, _ wire: ProtobufWire
    ) throws(CheckpointError) { try numbers[field.name, default: ProtobufNumbers(wire)].add(field) }

    func type(_ byte: Int) throws(CheckpointError) -> ONNXDataType {
      guard let type = ONNXDataType(rawValue: dataType ?? 0) else {
        throw CheckpointError(
          .corrupt, "its data_type \(dataType ?? 0) is none of onnx.proto's", at: .init(byte: byte))
      }
      return type
    }

    func shape(_ window: ProtobufWindow, _ byte: Int) throws(CheckpointError) -> [Int] {
      let sizes = try dims.integers(window, atMost: TensorRecord.mostDimensions).map { Int($0) }
      // So that neither bytes nor bits of the largest element overflow.
      var count = 128
      for size in sizes {
        guard size >= 0 else {
          throw CheckpointError(.corrupt, "its shape \(sizes) has a negative size", at: .init(byte: byte))
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
        guard !overflow else {
          throw CheckpointError(
            .corrupt, "its shape \(sizes) has more elements than a file can hold", at: .init(byte: byte))
        }
        count = product
      }
      return sizes
    }

    /// Exactly one field may have elements, and it must be the one for the type.
    func content(_ type: ONNXDataType, _ byte: Int) throws(CheckpointError) -> Content {
      if let segment {
        throw CheckpointError(
          .unsupported, "it is a segment of a tensor, which no reader of ONNX puts together",
          at: .init(byte: segment))
      }
      guard (0...1).contains(location) else {
        throw CheckpointError(
          .corrupt, "its data_location \(location) is none of onnx.proto's", at: .init(byte: byte))
      }
      var found: [(name: String, content: Content)] = []
      if location == 1 { found.append(("external_data", .external(try ONNXExternalData(entries)))) }
      if let raw, !raw.isEmpty { found.append(("raw_data", .raw(raw))) }
      if !texts.isEmpty { found.append(("string_data", .texts(texts))) }
      for (field, numbers) in numbers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !numbers.isEmpty
      {
        found.append(("\(field)", .numbers(numbers)))
      }
      guard found.count <= 1 else {
        throw CheckpointError(
          .corrupt,
          "it has data in \(found.map(\.name).joined(separator: " and in ")), and readers do not agree on which counts",
          at: .init(byte: byte))
      }
      guard let only = found.first else { return type == .string ? .texts([]) : .raw(0..<0) }
      let isTyped = only.name != "raw_data" && only.name != "external_data"
      guard only.name == "\(type.field)" || !isTyped && type != .string else {
        throw CheckpointError(
          .corrupt, "its elements are \(type.words), and it has them in \(only.name)", at: .init(byte: byte))
      }
      return only.content
    }
  }
}
