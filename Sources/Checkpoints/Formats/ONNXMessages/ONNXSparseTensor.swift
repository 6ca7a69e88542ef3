// SPDX-License-Identifier: Apache-2.0

/// `SparseTensorProto`: the elements that are not zero, and where they are.
struct ONNXSparseTensor {
  enum Field: Int, ProtobufFields {
    static let message = "SparseTensorProto"
    case values = 1
    case indices, dims
    var isRepeated: Bool { self == .dims }
  }

  /// [elements].
  let values: ONNXTensor
  /// [elements], counted in row-major order, or [elements, dimensions].
  let indices: ONNXTensor

  /// That of its values.
  var name: Text? { values.name }

  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    var (values, indices): (ONNXTensor?, ONNXTensor?)
    var dims = ProtobufNumbers(.varint)
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .values: values = try ONNXTensor(window, field.bytes())
      case .indices: indices = try ONNXTensor(window, field.bytes())
      case .dims: try dims.add(field)
      }
    }
    guard let values, let indices else {
      throw CheckpointError(
        .corrupt, "a sparse tensor has no \(values == nil ? "values" : "indices")",
        at: .init(byte: range.lowerBound))
    }
    let shape = try dims.integers(window, atMost: TensorRecord.mostDimensions)
    let count = values.count
    guard values.shape == [count], indices.type == .int64,
      indices.shape == [count] || indices.shape == [count, shape.count]
    else {
      throw CheckpointError(
        .corrupt,
        "a sparse tensor has values of the shape \(values.shape) and \(indices.type.words) indices of the shape \(indices.shape)",
        at: .init(byte: range.lowerBound, key: values.name.map(ValuePath.escape)))
    }
    self.values = values
    self.indices = indices
  }
}
