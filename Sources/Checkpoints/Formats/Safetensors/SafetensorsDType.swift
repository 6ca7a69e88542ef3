// SPDX-License-Identifier: Apache-2.0

/// The data types of safetensors 0.8, in the order of its enumeration: files are written with the last one first.
enum SafetensorsDType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case f4 = "F4"
  case f6E2M3 = "F6_E2M3"
  case f6E3M2 = "F6_E3M2"
  case u8 = "U8"
  case i8 = "I8"
  case f8E5M2 = "F8_E5M2"
  case f8E4M3 = "F8_E4M3"
  case f8E8M0 = "F8_E8M0"
  case f8E4M3FNUZ = "F8_E4M3FNUZ"
  case f8E5M2FNUZ = "F8_E5M2FNUZ"
  case i16 = "I16"
  case u16 = "U16"
  case f16 = "F16"
  case bf16 = "BF16"
  case i32 = "I32"
  case u32 = "U32"
  case f32 = "F32"
  case c64 = "C64"
  case f64 = "F64"
  case i64 = "I64"
  case u64 = "U64"

  /// Bits an element takes.
  var bits: Int {
    switch self {
    case .f4: 4
    case .f6E2M3, .f6E3M2: 6
    case .bool, .u8, .i8, .f8E5M2, .f8E4M3, .f8E8M0, .f8E4M3FNUZ, .f8E5M2FNUZ: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// PyTorch's type of the same bytes; nil for six-bit floats, which it has not. `F4` counts single values, two to
  /// an element of `float4_e2m1fn_x2`.
  var dtype: DType? {
    switch self {
    case .bool: .bool
    case .f4: .float4_e2m1fn_x2
    case .f6E2M3, .f6E3M2: nil
    case .u8: .uint8
    case .i8: .int8
    case .f8E5M2: .float8_e5m2
    case .f8E4M3: .float8_e4m3fn
    case .f8E8M0: .float8_e8m0fnu
    case .f8E4M3FNUZ: .float8_e4m3fnuz
    case .f8E5M2FNUZ: .float8_e5m2fnuz
    case .i16: .int16
    case .u16: .uint16
    case .f16: .float16
    case .bf16: .bfloat16
    case .i32: .int32
    case .u32: .uint32
    case .f32: .float32
    case .c64: .complex64
    case .f64: .float64
    case .i64: .int64
    case .u64: .uint64
    }
  }

  private static let byDType: [DType: SafetensorsDType] = {
    var map: [DType: SafetensorsDType] = [:]
    for type in allCases { if let dtype = type.dtype { map[dtype] = type } }
    return map
  }()

  /// Nil for what safetensors cannot hold: complex128, complex32, quantized types, bits.
  init?(_ dtype: DType) {
    guard let found = Self.byDType[dtype] else { return nil }
    self = found
  }

  /// Its place in the reference's order.
  var rank: Int { Self.ranks[self] ?? 0 }

  private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
