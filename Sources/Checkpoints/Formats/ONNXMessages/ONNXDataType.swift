// SPDX-License-Identifier: Apache-2.0

/// `TensorProto.DataType` of onnx.proto (onnx 1.23).
enum ONNXDataType: Int64, CaseIterable {
  case float = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
  case complex64, complex128, bfloat16, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz
  case uint4, int4, float4e2m1, float8e8m0, uint2, int2

  /// The type of the same bytes; nil for what onnx.proto has no type for.
  init?(_ dtype: DType) {
    guard let type = Self.allCases.first(where: { $0.dtype == dtype }) else { return nil }
    self = type
  }

  /// As onnx.proto calls it.
  var words: String { "\(self)".uppercased() }

  /// PyTorch's type of the same bytes; nil for text, and for integers of four and two bits, which it has not.
  /// `FLOAT4E2M1` counts single values, two to an element of `float4_e2m1fn_x2`.
  var dtype: DType? {
    switch self {
    case .float: .float32
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .double: .float64
    case .uint32: .uint32
    case .uint64: .uint64
    case .complex64: .complex64
    case .complex128: .complex128
    case .bfloat16: .bfloat16
    case .float8e4m3fn: .float8_e4m3fn
    case .float8e4m3fnuz: .float8_e4m3fnuz
    case .float8e5m2: .float8_e5m2
    case .float8e5m2fnuz: .float8_e5m2fnuz
    case .float8e8m0: .float8_e8m0fnu
    case .float4e2m1: .float4_e2m1fn_x2
    case .string, .uint4, .int4, .uint2, .int2: nil
    }
  }

  /// The field that holds such elements where they are no raw bytes.
  var field: ONNXTensor.Field {
    switch self {
    case .float, .complex64: .float_data
    case .double, .complex128: .double_data
    case .int64: .int64_data
    case .uint32, .uint64: .uint64_data
    case .string: .string_data
    case .uint8, .int8, .uint16, .int16, .int32, .bool, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz,
      .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1, .uint4, .int4, .uint2, .int2:
      .int32_data
    }
  }

  /// What an element may be in a field that holds wider numbers. Bits of floats are unsigned there.
  var fitting: ClosedRange<Int64>? {
    switch self {
    case .bool: 0...1
    case .int8: -0x80...0x7F
    case .int16: -0x8000...0x7FFF
    case .int32: -0x8000_0000...0x7FFF_FFFF
    case .uint32: 0...0xFFFF_FFFF
    case .uint16, .float16, .bfloat16: 0...0xFFFF
    case .uint8, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1:
      0...0xFF
    default: nil
    }
  }
}
