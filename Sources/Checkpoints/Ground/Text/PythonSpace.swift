// SPDX-License-Identifier: Apache-2.0

/// White space as Python's `str` knows it, in bytes of UTF-8: what `split()`, `strip()` and `int()` pass over.
///
/// Python takes what Unicode calls white space, and the four separators U+001C to U+001F. The Swift property is that
/// of Unicode.
package enum PythonSpace {
  package static func contains(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }

  private static func isASCIISpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
  }

  /// The words between white space.
  package static func fields(_ bytes: ArraySlice<UInt8>) -> [Text] {
    if bytes.allSatisfy({ $0 < 0x80 }) {
      return bytes.split(whereSeparator: isASCIISpace).map { Text(part: $0) }
    }
    // Scalars, not characters: a blank with an accent after it is still a blank.
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    return scalars.split(whereSeparator: contains).map { Text(String($0)) }
  }

  /// Without the white space at both ends.
  package static func stripped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    guard let first = scalars.firstIndex(where: { !contains($0) }),
      let last = scalars.lastIndex(where: { !contains($0) })
    else { return bytes[bytes.endIndex...] }
    let before = scalars[..<first].reduce(0) { $0 + UTF8.width($1) }
    let behind = scalars[scalars.index(after: last)...].reduce(0) { $0 + UTF8.width($1) }
    return bytes.dropFirst(before).dropLast(behind)
  }

  /// What `int(text)` gives in Python: white space at both ends, a sign, digits of any script, single underscores
  /// between them. Nil where Python refuses, or where the number is beyond 64 bits.
  package static func int(_ bytes: ArraySlice<UInt8>) -> Int64? {
    // In ASCII `int` goes by C's white space, which the separators U+001C to U+001F do not belong to.
    let isSeparated = bytes.allSatisfy { $0 < 0x80 } && bytes.contains { (0x1C...0x1F).contains($0) }
    guard !isSeparated, let text = String(validating: stripped(bytes), as: UTF8.self) else { return nil }
    var scalars = text.unicodeScalars[...]
    let isNegative = scalars.first == "-"
    if isNegative || scalars.first == "+" { scalars.removeFirst() }
    var value: Int64 = 0
    var afterDigit = false
    for scalar in scalars {
      if scalar == "_", afterDigit {
        afterDigit = false
        continue
      }
      guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else {
        return nil
      }
      let (scaled, isLarge) = value.multipliedReportingOverflow(by: 10)
      let step = isNegative ? -Int64(digit) : Int64(digit)
      let (sum, isLarger) = scaled.addingReportingOverflow(step)
      guard !isLarge, !isLarger else { return nil }
      value = sum
      afterDigit = true
    }
    return afterDigit ? value : nil
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}
