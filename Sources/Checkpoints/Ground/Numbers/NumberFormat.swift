// SPDX-License-Identifier: Apache-2.0

/// A real floating-point data type as the comparison sees it: patterns of bits, their values, their order.
protocol NumberFormat: Sendable {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable
  /// Whether the top bit is a sign.
  static var hasSign: Bool { get }
  func value(_ bits: Bits) -> Double
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

struct Float64Format: NumberFormat {
  @inline(__always) func value(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
}

struct Float32Format: NumberFormat {
  @inline(__always) func value(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits)) }
}

struct Float16Format: NumberFormat {
  @inline(__always) func value(_ bits: UInt16) -> Double { Double(Float(Float16(bitPattern: bits))) }
}

struct BFloat16Format: NumberFormat {
  @inline(__always) func value(_ bits: UInt16) -> Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
}

/// The formats of one byte, by a table of their values.
struct Float8Format: NumberFormat {
  private let values: [Double]

  init(_ dtype: DType) {
    let codes = [UInt8](0...255)
    values = codes.indices.map { unsafe FloatingPointCodec.decode(codes.span.bytes, $0, dtype) }
  }

  @inline(__always) func value(_ bits: UInt8) -> Double { values[Int(bits)] }
}

/// float8_e8m0fnu: exponents alone, no sign.
struct ScaleFormat: NumberFormat {
  static let hasSign = false
  private let table = Float8Format(.float8_e8m0fnu)
  @inline(__always) func value(_ bits: UInt8) -> Double { table.value(bits) }
}
