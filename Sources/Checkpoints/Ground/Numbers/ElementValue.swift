// SPDX-License-Identifier: Apache-2.0

/// One element of a tensor, whatever its data type, to be shown or counted.
enum ElementValue {
  case real(Double)
  case integer(Int128)
  case bool(Bool)
  case complex(Double, Double)

  /// Whether elements of this type can be taken one by one; those packed several to a byte cannot.
  static func canDecode(_ dtype: DType) -> Bool {
    switch dtype {
    case .float4_e2m1fn_x2, .quint4x2, .quint2x4, .bits1x8, .bits2x4, .bits4x2: false
    default: true
    }
  }

  /// Element `index` of little-endian `bytes`. Quantized types give the integers they store.
  @inline(__always)
  static func decode(_ bytes: RawSpan, _ index: Int, _ dtype: DType) -> ElementValue {
    if dtype.isFloatingPoint { return .real(FloatingPointCodec.decode(bytes, index, dtype)) }
    switch dtype {
    case .complex128: return complex(bytes, index, .float64)
    case .complex64: return complex(bytes, index, .float32)
    case .complex32: return complex(bytes, index, .float16)
    case .bcomplex32: return complex(bytes, index, .bfloat16)
    case .bool: return .bool(pattern(bytes, index, 1) != 0)
    case .uint64, .uint32, .uint16, .uint8, .quint8, .bits8, .bits16:
      return .integer(Int128(pattern(bytes, index, dtype.itemSize)))
    default:
      let unused = UInt64(64 - 8 * dtype.itemSize)
      let bits = pattern(bytes, index, dtype.itemSize)
      return .integer(Int128(Int64(bitPattern: bits << unused) >> Int64(unused)))
    }
  }

  private static func complex(_ bytes: RawSpan, _ index: Int, _ part: DType) -> ElementValue {
    .complex(
      FloatingPointCodec.decode(bytes, 2 * index, part), FloatingPointCodec.decode(bytes, 2 * index + 1, part)
    )
  }

  private static func pattern(_ bytes: RawSpan, _ index: Int, _ size: Int) -> UInt64 {
    var bits: UInt64 = 0
    for byte in 0..<size {
      let value = bytes.byte(at: index * size + byte)
      bits |= UInt64(value) << UInt64(8 * byte)
    }
    return bits
  }

  var json: JSONValue {
    switch self {
    case .real(let value): .double(value)
    case .integer(let value): Int64(exactly: value).map { .int($0) } ?? .text(value.description)
    case .bool(let value): .bool(value)
    case .complex(let real, let imaginary):
      .string("(\(real)\(imaginary.sign == .minus ? "" : "+")\(imaginary)j)")
    }
  }
}

extension RawSpan {
  fileprivate func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
