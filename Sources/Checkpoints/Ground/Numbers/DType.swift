// SPDX-License-Identifier: Apache-2.0

/// A data type under PyTorch's name without its `torch.` prefix.
public enum DType: String, Sendable, Hashable, CaseIterable {
  case float64, float32, float16, bfloat16
  case float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz, float8_e8m0fnu
  case float4_e2m1fn_x2
  case complex128, complex64, complex32, bcomplex32
  case int64, int32, int16, int8
  case uint64, uint32, uint16, uint8
  case bool
  case qint32, qint8, quint8, quint4x2, quint2x4
  case bits8, bits16, bits1x8, bits2x4, bits4x2

  /// Bytes an element takes in its storage. For the packed types (`float4_e2m1fn_x2`, `bits1x8`) an element
  /// is a byte, as in PyTorch's own shapes.
  public var itemSize: Int {
    switch self {
    case .complex128: 16
    case .float64, .complex64, .int64, .uint64: 8
    case .float32, .complex32, .bcomplex32, .int32, .uint32, .qint32: 4
    case .float16, .bfloat16, .int16, .uint16, .bits16: 2
    case .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz, .float8_e8m0fnu, .float4_e2m1fn_x2,
      .int8, .uint8, .bool, .qint8, .quint8, .quint4x2, .quint2x4, .bits8, .bits1x8, .bits2x4, .bits4x2:
      1
    }
  }

  /// Bytes of a number within an element, which is what byte order is about: half an element for complex ones.
  package var numberSize: Int { isComplex ? itemSize / 2 : itemSize }

  /// Real floating point, one value an element: what `cast` converts from and to.
  public var isFloatingPoint: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16, .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz,
      .float8_e5m2fnuz, .float8_e8m0fnu:
      true
    default: false
    }
  }

  /// Two floating-point values an element: `torch.dtype.is_complex`, and `bcomplex32`.
  public var isComplex: Bool {
    switch self {
    case .complex128, .complex64, .complex32, .bcomplex32: true
    default: false
    }
  }

  /// Integers that mean numbers only with a scale and a zero point, which the tensor has.
  public var isQuantized: Bool {
    switch self {
    case .qint32, .qint8, .quint8, .quint4x2, .quint2x4: true
    default: false
    }
  }
}

extension DType {
  /// The data type that a file names so.
  package init?(_ name: Text) {
    guard let name = name.ascii else { return nil }
    self.init(rawValue: name)
  }
}

extension DType: CustomStringConvertible {
  /// PyTorch's name without `torch.`, for example `float32`.
  public var description: String { rawValue }
}
