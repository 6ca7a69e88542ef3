// SPDX-License-Identifier: Apache-2.0

extension NumpyValue {
  /// The bytes in little-endian order; a complex number's parts are swapped each.
  package var littleEndianBytes: [UInt8] {
    guard isBigEndian, let dtype else { return bytes }
    let part = dtype.isComplex ? dtype.itemSize / 2 : dtype.itemSize
    var swapped = bytes
    for start in stride(from: 0, to: bytes.count - part + 1, by: part) {
      swapped.replaceSubrange(start..<start + part, with: bytes[start..<start + part].reversed())
    }
    return swapped
  }

  /// A scalar as a number or a truth value; an array, and what JSON has no form for, in words.
  package var json: JSONValue {
    guard shape == nil, let dtype else {
      return .string("\(longTypeName)[\((shape ?? []).map(String.init).joined(separator: ", "))]")
    }
    let bytes = littleEndianBytes
    if dtype.isFloatingPoint { return .double(unsafe FloatingPointCodec.decode(bytes.span.bytes, 0, dtype)) }
    if dtype == .bool { return .bool(bytes.first != 0) }
    if dtype.isComplex {
      let part: DType = dtype == .complex64 ? .float32 : .float64
      let real = unsafe FloatingPointCodec.decode(bytes.span.bytes, 0, part)
      let imaginary = unsafe FloatingPointCodec.decode(bytes.span.bytes, 1, part)
      return ElementValue.complex(real, imaginary).json
    }
    var bits: UInt64 = 0
    for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    let isUnsigned = dtype.rawValue.hasPrefix("u")
    if isUnsigned { return Int64(exactly: bits).map { .int($0) } ?? .text(String(bits)) }
    let unused = UInt64(64 - 8 * bytes.count)
    return .int(Int64(bitPattern: bits << unused) >> Int64(unused))
  }
}
