// SPDX-License-Identifier: Apache-2.0

extension NumpyValue {
  /// numpy's long name for its dtype's code: `f8` is `float64`. Codes without one stay as they are.
  package var longTypeName: String {
    switch typeName {
    case "f8": "float64"
    case "f4": "float32"
    case "f2": "float16"
    case "i8": "int64"
    case "i4": "int32"
    case "i2": "int16"
    case "i1": "int8"
    case "u8": "uint64"
    case "u4": "uint32"
    case "u2": "uint16"
    case "u1": "uint8"
    case "b1": "bool"
    case "c8": "complex64"
    case "c16": "complex128"
    default: typeName
    }
  }

  /// PyTorch's dtype with the same elements, if there is one.
  package var dtype: DType? { DType(rawValue: longTypeName) }
}
