// SPDX-License-Identifier: Apache-2.0

/// `TensorProto`: a name, a shape, a type, and where the elements are. They are not read.
struct ONNXTensor: Sendable {
  enum Field: Int, ProtobufFields {
    static let message = "TensorProto"
    case dims = 1
    case data_type, segment, float_data, int32_data, string_data, int64_data, name, raw_data, double_data
    case uint64_data
    case external_data = 13
    case data_location

    var isRepeated: Bool {
      switch self {
      case .data_type, .segment, .name, .raw_data, .data_location: false
      default: true
      }
    }
  }

  /// Where the elements are.
  enum Content: Sendable {
    /// Little-endian, in row-major order.
    case raw(Range<Int>)
    case numbers(ProtobufNumbers)
    case texts([Range<Int>])
    case external(ONNXExternalData)
  }

  private(set) var name: Text?
  private(set) var type = ONNXDataType.float
  /// As the file has it: of four-bit floats single values.
  private(set) var shape: [Int] = []
  private(set) var content = Content.raw(0..<0)
  /// Where its message begins.
  let byte: Int

  /// - Throws: `.corrupt` with byte and name for a shape, a type or data that do not go together; `.unsupported` for
  ///   a part of a tensor.
  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    byte = range.lowerBound
    do throws(CheckpointError) {
      let fields = try Fields(window, range, name: &name)
      type = try fields.type(byte)
      shape = try fields.shape(window, byte)
      content = try fields.content(type, byte)
      try checkLength()
    } catch { throw error.at(byte: byte, key: name.map(ValuePath.escape)) }
  }

  /// A tensor of values that an attribute has.
  init(_ type: ONNXDataType, _ shape: [Int], _ content: Content, byte: Int) {
    self.type = type
    self.shape = shape
    self.content = content
    self.byte = byte
  }

  /// Elements that the shape asks for; `Fields.shape` has made sure that they can be counted.
  var count: Int { shape.reduce(1, *) }

  /// Bytes of the elements; nil for text, and for what PyTorch has no type for.
  var byteCount: Int? {
    guard let dtype = type.dtype else { return nil }
    return type == .float4e2m1 ? (count + 1) / 2 : count * dtype.itemSize
  }

  /// Whether as much is there as the shape asks for, as far as that can be told without reading it.
  private func checkLength() throws(CheckpointError) {
    func wrong(_ has: String, _ needs: Int) -> CheckpointError {
      CheckpointError(
        .corrupt, "its shape \(shape) of \(type.words) takes \(needs), and it has \(has)",
        at: .init(byte: byte))
    }
    switch content {
    case .raw(let range):
      guard let needs = byteCount, range.count != needs else { return }
      throw wrong("\(range.count) bytes of raw_data", needs)
    case .external(let data):
      guard let needs = byteCount, let length = data.length, length != needs else { return }
      throw wrong("\(length) bytes of external_data", needs)
    case .texts(let texts):
      if texts.count != count { throw wrong("\(texts.count) of string_data", count) }
    case .numbers(let numbers):
      let possible = numbers.count
      if possible.contains(numberCount) { return }
      let has =
        possible.count == 1
        ? "\(possible.lowerBound)" : "\(possible.lowerBound) to \(possible.upperBound)"
      throw wrong("\(has) numbers of \(type.field)", numberCount)
    }
  }

  /// Numbers of a typed field that the elements are: two for a complex one, one for two of four bits.
  var numberCount: Int {
    switch type {
    case .complex64, .complex128: 2 * count
    case .float4e2m1, .uint4, .int4: (count + 1) / 2
    case .uint2, .int2: (count + 3) / 4
    default: count
    }
  }
}
