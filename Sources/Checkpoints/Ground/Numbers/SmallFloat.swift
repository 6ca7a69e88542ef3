// SPDX-License-Identifier: Apache-2.0

/// A binary floating-point format narrower than 32 bits, by its parameters.
///
/// Rounding is to nearest, ties to even, as in PyTorch's `c10/util/Float8_*.h` and `BFloat16.h`; each test compares
/// every bit pattern with PyTorch's.
struct SmallFloat: Sendable {
  var exponentBits: Int
  var mantissaBits: Int
  var bias: Int
  /// The code of the largest finite magnitude.
  var largest: UInt32
  /// What a magnitude beyond `largest` becomes: infinity, NaN, or `largest` itself. Infinity becomes the same.
  var overflow: UInt32
  var nan: UInt32
  /// The fnuz forms: there is no negative zero, and its code is NaN.
  var hasNegativeZero: Bool

  static let bfloat16 = SmallFloat(
    exponentBits: 8, mantissaBits: 7, bias: 127, largest: 0x7F7F, overflow: 0x7F80, nan: 0x7FC0,
    hasNegativeZero: true)
  static let float16 = SmallFloat(
    exponentBits: 5, mantissaBits: 10, bias: 15, largest: 0x7BFF, overflow: 0x7C00, nan: 0x7E00,
    hasNegativeZero: true)
  /// No infinity, and since PyTorch 2.12 nothing overflows to NaN: what is beyond 448 becomes 448.
  static let e4m3fn = SmallFloat(
    exponentBits: 4, mantissaBits: 3, bias: 7, largest: 0x7E, overflow: 0x7E, nan: 0x7F, hasNegativeZero: true
  )
  static let e5m2 = SmallFloat(
    exponentBits: 5, mantissaBits: 2, bias: 15, largest: 0x7B, overflow: 0x7C, nan: 0x7F,
    hasNegativeZero: true)
  static let e4m3fnuz = SmallFloat(
    exponentBits: 4, mantissaBits: 3, bias: 8, largest: 0x7F, overflow: 0x80, nan: 0x80,
    hasNegativeZero: false)
  static let e5m2fnuz = SmallFloat(
    exponentBits: 5, mantissaBits: 2, bias: 16, largest: 0x7F, overflow: 0x80, nan: 0x80,
    hasNegativeZero: false)

  private var signBit: UInt32 { 1 << UInt32(exponentBits + mantissaBits) }

  var hasInfinity: Bool { overflow > largest && overflow != nan }

  /// The value of a code.
  func decode(_ code: UInt32) -> Float {
    let isNegative = code & signBit != 0
    let magnitude = code & (signBit - 1)
    if !hasNegativeZero && code == nan { return .nan }
    if magnitude > largest {
      // Beyond the largest finite magnitude there is infinity, where the format has one, and NaN.
      let isInfinity = hasInfinity && magnitude == overflow
      return isInfinity ? (isNegative ? -.infinity : .infinity) : .nan
    }
    let exponent = Int(magnitude >> UInt32(mantissaBits))
    let fraction = magnitude & (1 << UInt32(mantissaBits) - 1)
    let significand = exponent == 0 ? fraction : fraction | 1 << UInt32(mantissaBits)
    let scale = max(exponent, 1) - bias - mantissaBits
    let value = Float(sign: .plus, exponent: scale, significand: Float(significand))
    return isNegative ? -value : value
  }

  /// The code nearest to `value`.
  func encode(_ value: Float) -> UInt32 {
    let sign = value.sign == .minus ? signBit : 0
    if value.isNaN { return hasNegativeZero ? sign | nan : nan }
    if value == 0 { return hasNegativeZero ? sign : 0 }
    let magnitude = magnitudeCode(value.magnitude)
    if magnitude > largest { return overflow == nan && !hasNegativeZero ? nan : sign | overflow }
    if magnitude == 0 && !hasNegativeZero { return 0 }
    return sign | magnitude
  }

  /// Whether a value has no place in the format: it is beyond the largest magnitude even when rounded, or it is
  /// infinite and the format has no infinity.
  func overflows(_ value: Float) -> Bool {
    if value.isNaN { return false }
    if value.isInfinite { return !hasInfinity }
    return magnitudeCode(value.magnitude) > largest
  }

  private func magnitudeCode(_ value: Float) -> UInt32 {
    if value.isInfinite { return signBit }
    // The step between neighbours where `value` lies; below the normal range it is constant.
    let exponent = max(Int(value.exponent), 1 - bias)
    if exponent > 127 - bias + 127 { return signBit }
    let steps = (Double(value) * Double(sign: .plus, exponent: mantissaBits - exponent, significand: 1))
      .rounded(.toNearestOrEven)
    // A carry out of the mantissa moves into the exponent by itself.
    let code = Int(steps) + (exponent + bias - 1) << mantissaBits
    return code > Int(largest) ? signBit : UInt32(code)
  }
}

extension DType {
  /// Whether a real floating-point type has infinities: all but three of the float8 ones, and the bare exponents.
  var hasInfinity: Bool {
    switch self {
    case .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2fnuz, .float8_e8m0fnu: false
    default: isFloatingPoint
    }
  }
}
