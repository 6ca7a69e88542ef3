// SPDX-License-Identifier: Apache-2.0

extension DType {
  /// The data type of the real numbers that an element is made of; nil for what averages have no meaning for:
  /// integers, packed and quantized types, and the bare exponents of `float8_e8m0fnu`.
  var realPart: DType? {
    switch self {
    case .complex128: .float64
    case .complex64: .float32
    case .complex32: .float16
    case .bcomplex32: .bfloat16
    default: FloatingPointCodec.targets.contains(self) ? self : nil
    }
  }

  /// Whether `ElementValue` gives integers or truth values that can be compared.
  var isOrdered: Bool {
    switch self {
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
    default: false
    }
  }
}
