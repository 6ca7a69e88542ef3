// SPDX-License-Identifier: Apache-2.0

/// Little-endian bytes to numbers and back, for every real floating-point data type.
enum FloatingPointCodec {
  /// Converts elements as PyTorch's `Tensor.to(dtype)` does: a float64 reaches the narrow types through float32,
  /// rounded at each step.
  static func convert(
    _ bytes: RawSpan, from: DType, to: DType, _ losses: inout Conversion.Losses
  ) -> [UInt8] {
    let count = bytes.byteCount / from.itemSize
    var output = [UInt8](repeating: 0, count: count * to.itemSize)
    var written = output.mutableSpan
    var target = unsafe written.mutableBytes
    for index in 0..<count {
      let value = decode(bytes, index, from)
      let result = encode(value, into: &target, index, to)
      if overflows(value, stored: result, as: to) {
        losses.overflows += 1
      } else if result == 0 && value != 0 {
        losses.underflows += 1
      }
    }
    return output
  }

  /// Whether `value` had no place in `dtype`, where `encode` made `stored` of it. `float8_e4m3fn` gives its largest
  /// number then, so that what is stored does not tell by itself.
  @inline(__always)
  static func overflows(_ value: Double, stored: Double, as dtype: DType) -> Bool {
    if !stored.isFinite { return value.isFinite || (value.isInfinite && stored.isNaN) }
    return dtype == .float8_e4m3fn && stored.magnitude == 448 && SmallFloat.e4m3fn.overflows(Float(value))
  }

  /// Element `index` of `bytes`. Every type but float64 is exact in a float32, and all are in a float64.
  @inline(__always)
  static func decode(_ bytes: RawSpan, _ index: Int, _ dtype: DType) -> Double {
    switch dtype {
    case .float64: Double(bitPattern: load(bytes, index, UInt64.self))
    case .float32: Double(Float(bitPattern: load(bytes, index, UInt32.self)))
    case .float16: Double(Float(Float16(bitPattern: load(bytes, index, UInt16.self))))
    case .bfloat16: Double(Float(bitPattern: UInt32(load(bytes, index, UInt16.self)) << 16))
    case .float8_e4m3fn: Double(SmallFloat.e4m3fn.decode(UInt32(load(bytes, index, UInt8.self))))
    case .float8_e5m2: Double(SmallFloat.e5m2.decode(UInt32(load(bytes, index, UInt8.self))))
    case .float8_e4m3fnuz: Double(SmallFloat.e4m3fnuz.decode(UInt32(load(bytes, index, UInt8.self))))
    case .float8_e5m2fnuz: Double(SmallFloat.e5m2fnuz.decode(UInt32(load(bytes, index, UInt8.self))))
    case .float8_e8m0fnu: scale(load(bytes, index, UInt8.self))
    default: preconditionFailure("\(dtype) is not real floating point")
    }
  }

  /// The data types that `encode` writes. float8_e8m0fnu holds exponents alone and is no target for values.
  static let targets: [DType] = [
    .float64, .float32, .float16, .bfloat16, .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz,
  ]

  /// Stores `value` as element `index` and gives what was stored.
  @inline(__always)
  static func encode(_ value: Double, into bytes: inout MutableRawSpan, _ index: Int, _ dtype: DType)
    -> Double
  {
    switch dtype {
    case .float64:
      store(value.bitPattern, &bytes, index)
      return value
    case .float32:
      let narrow = Float(value)
      store(narrow.bitPattern, &bytes, index)
      return Double(narrow)
    case .float16:
      let narrow = Float16(Float(value))
      store(narrow.bitPattern, &bytes, index)
      return Double(Float(narrow))
    case .bfloat16:
      let code = bfloat16(Float(value))
      store(code, &bytes, index)
      return Double(Float(bitPattern: UInt32(code) << 16))
    case .float8_e4m3fn: return small(.e4m3fn, value, &bytes, index)
    case .float8_e5m2: return small(.e5m2, value, &bytes, index)
    case .float8_e4m3fnuz: return small(.e4m3fnuz, value, &bytes, index)
    case .float8_e5m2fnuz: return small(.e5m2fnuz, value, &bytes, index)
    default: preconditionFailure("\(dtype) is not written by encode")
    }
  }

  private static func small(
    _ format: SmallFloat, _ value: Double, _ bytes: inout MutableRawSpan, _ index: Int
  ) -> Double {
    let code = format.encode(Float(value))
    store(UInt8(code), &bytes, index)
    return Double(format.decode(code))
  }

  /// Round to nearest even on the upper half of a float32 (`c10::detail::round_to_nearest_even`).
  private static func bfloat16(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7FC0 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ (0x7FFF + (bits >> 16 & 1))) >> 16)
  }

  /// float8_e8m0fnu: a power of two, no sign, no zero.
  private static func scale(_ code: UInt8) -> Double {
    code == 255 ? .nan : Double(sign: .plus, exponent: Int(code) - 127, significand: 1)
  }

  @inline(__always)
  private static func load<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, _ index: Int, _ type: Bits.Type
  ) -> Bits {
    let size = MemoryLayout<Bits>.size
    precondition(index >= 0 && (index + 1) * size <= bytes.byteCount)
    return Bits(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index * size, as: Bits.self))
  }

  @inline(__always)
  private static func store<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bits: Bits, _ bytes: inout MutableRawSpan, _ index: Int
  ) {
    bytes.storeBytes(of: bits.littleEndian, toByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
  }
}
