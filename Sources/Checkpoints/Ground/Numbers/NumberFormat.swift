// SPDX-License-Identifier: Apache-2.0

/// A real floating-point data type: patterns of bits, their values, their order.
///
/// Loops over many elements are generic over it, so that they ask for the data type once and not for every element.
protocol NumberFormat: Sendable {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable
  /// Whether the top bit is a sign.
  static var hasSign: Bool { get }
  /// Every format but float64 is exact in a float32, and all are in a float64.
  func value(_ bits: Bits) -> Double
}

/// A format that any value can be rounded to.
protocol RoundingFormat: NumberFormat {
  /// What PyTorch's `Tensor.to(dtype)` makes of a float64: to nearest, ties to even, the narrow formats by way of
  /// float32.
  func nearest(_ value: Double) -> Bits
}

extension NumberFormat {
  static var hasSign: Bool { true }

  /// How many steps from one representable value to the next lead from `a` to `b`, neither of them NaN. Both zeros
  /// are one value.
  @inline(__always)
  func steps(_ a: Bits, _ b: Bits) -> UInt64 {
    let sign = Self.hasSign ? Bits(1) << Bits(Bits.bitWidth - 1) : 0
    let (x, y) = (UInt64(a & ~sign), UInt64(b & ~sign))
    if a & sign == b & sign { return x > y ? x - y : y - x }
    // Of float64 at most 2 * 0x7FEF_FFFF_FFFF_FFFF, which a UInt64 holds.
    return x + y
  }
}

struct Float64Format: RoundingFormat {
  @inline(__always) func value(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
  @inline(__always) func nearest(_ value: Double) -> UInt64 { value.bitPattern }
}

struct Float32Format: RoundingFormat {
  @inline(__always) func value(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits)) }
  @inline(__always) func nearest(_ value: Double) -> UInt32 { Float(value).bitPattern }
}

struct Float16Format: RoundingFormat {
  @inline(__always) func value(_ bits: UInt16) -> Double { Double(Float(Float16(bitPattern: bits))) }
  @inline(__always) func nearest(_ value: Double) -> UInt16 { Float16(Float(value)).bitPattern }
}

/// The upper half of a float32.
struct BFloat16Format: RoundingFormat {
  @inline(__always) func value(_ bits: UInt16) -> Double { Double(Float(bitPattern: UInt32(bits) << 16)) }

  /// `c10::detail::round_to_nearest_even`.
  @inline(__always)
  func nearest(_ value: Double) -> UInt16 {
    let narrow = Float(value)
    if narrow.isNaN { return 0x7FC0 }
    let bits = narrow.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ (0x7FFF + (bits >> 16 & 1))) >> 16)
  }
}

/// The formats of one byte, by a table of their values.
struct Float8Format: RoundingFormat {
  private let form: SmallFloat
  private let values: [Double]

  private init(_ form: SmallFloat) {
    self.form = form
    values = (0...255).map { Double(form.decode($0)) }
  }

  private static let e4m3fn = Float8Format(.e4m3fn)
  private static let e5m2 = Float8Format(.e5m2)
  private static let e4m3fnuz = Float8Format(.e4m3fnuz)
  private static let e5m2fnuz = Float8Format(.e5m2fnuz)

  /// - Parameter dtype: one of the four float8 types with a sign.
  init(_ dtype: DType) {
    switch dtype {
    case .float8_e4m3fn: self = Self.e4m3fn
    case .float8_e5m2: self = Self.e5m2
    case .float8_e4m3fnuz: self = Self.e4m3fnuz
    case .float8_e5m2fnuz: self = Self.e5m2fnuz
    default: preconditionFailure("\(dtype) is no float8 with a sign")
    }
  }

  @inline(__always) func value(_ bits: UInt8) -> Double { values[Int(bits)] }
  func nearest(_ value: Double) -> UInt8 { UInt8(form.encode(Float(value))) }
}

/// float8_e8m0fnu: exponents alone, no sign and no zero. It holds scales, and values are not rounded to it.
struct ScaleFormat: NumberFormat {
  static let hasSign = false

  @inline(__always)
  func value(_ bits: UInt8) -> Double {
    bits == 255 ? .nan : Double(sign: .plus, exponent: Int(bits) - 127, significand: 1)
  }
}
