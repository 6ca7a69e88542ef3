// SPDX-License-Identifier: Apache-2.0

/// The element types of `.npy` files that Resect reads and writes: numpy's `descr` without its byte order.
package enum NPYType: String, Sendable, CaseIterable {
  case float16 = "f2"
  case float32 = "f4"
  case float64 = "f8"
  case int8 = "i1"
  case int16 = "i2"
  case int32 = "i4"
  case int64 = "i8"
  case uint8 = "u1"
  case uint16 = "u2"
  case uint32 = "u4"
  case uint64 = "u8"
  case bool = "b1"
  case complex64 = "c8"
  case complex128 = "c16"

  /// Bytes an element.
  package var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Bytes of what is swapped when the byte order changes: half an element where it is complex.
  var word: Int {
    switch self {
    case .complex64, .complex128: size / 2
    default: size
    }
  }

  /// The `descr` of little-endian data, as numpy writes it: `<f4`, `|i1`.
  package var descr: String { (size == 1 ? "|" : "<") + rawValue }

  /// Takes a `descr` apart; nil where numpy would not write it for one of these types.
  static func parse(_ descr: String) -> (type: NPYType, bigEndian: Bool)? {
    guard let order = descr.first, let type = NPYType(rawValue: String(descr.dropFirst())) else { return nil }
    switch order {
    case "<": return (type, false)
    case ">": return (type, type.size > 1)
    case "|" where type.size == 1: return (type, false)
    default: return nil
    }
  }
}
