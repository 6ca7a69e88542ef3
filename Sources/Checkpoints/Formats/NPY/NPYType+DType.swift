// SPDX-License-Identifier: Apache-2.0

extension NPYType {
  /// PyTorch's type of the same elements.
  var dtype: DType {
    switch self {
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .bool: .bool
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }

  /// numpy's type of the same elements; nil where numpy has none.
  init?(_ dtype: DType) {
    guard let type = Self.allCases.first(where: { $0.dtype == dtype }) else { return nil }
    self = type
  }

  /// The unsigned integer of an element's size, whose bits stand for a type that numpy has not. Nil for quantized
  /// types, whose bits mean nothing without their scale, and for those that numpy has.
  static func carrier(of dtype: DType) -> NPYType? {
    guard NPYType(dtype) == nil, !dtype.isQuantized else { return nil }
    return [uint8, uint16, uint32, uint64].first { $0.size == dtype.itemSize }
  }
}
