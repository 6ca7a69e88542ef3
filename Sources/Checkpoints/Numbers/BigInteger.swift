// SPDX-License-Identifier: Apache-2.0

/// Integers beyond 64 bits, as LONG1 and LONG4 carry them: read to be shown, never reckoned with.
enum BigInteger {
  /// The decimal digits of a two's complement little-endian integer. Beyond 4,096 bytes, where the digits would
  /// take quadratic time, hexadecimal.
  static func decimal(_ twosComplement: [UInt8]) -> String {
    let isNegative = (twosComplement.last ?? 0) & 0x80 != 0
    var magnitude = twosComplement
    if isNegative {
      var carry = true
      for index in magnitude.indices {
        magnitude[index] = ~magnitude[index]
        if carry { (magnitude[index], carry) = magnitude[index].addingReportingOverflow(1) }
      }
    }
    let sign = isNegative ? "-" : ""
    guard magnitude.count <= 4096 else { return sign + "0x" + magnitude.reversed().hexadecimal }
    var digits: [UInt8] = []
    while let top = magnitude.lastIndex(where: { $0 != 0 }) {
      var remainder: UInt32 = 0
      for index in (0...top).reversed() {
        let value = remainder << 8 | UInt32(magnitude[index])
        magnitude[index] = UInt8(value / 10)
        remainder = value % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(remainder))
    }
    return digits.isEmpty ? "0" : sign + String(decoding: digits.reversed(), as: UTF8.self)
  }
}
