// SPDX-License-Identifier: Apache-2.0

/// Integers beyond 64 bits, as LONG1 and LONG4 carry them: read to be shown, never reckoned with.
enum BigInteger {
  /// The decimal digits of a two's complement little-endian integer. Beyond 2,048 bytes, where the digits would
  /// take quadratic time, hexadecimal: Python itself refuses to print more than 4,300 digits.
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
    guard magnitude.count <= 2048 else { return sign + "0x" + magnitude.reversed().hexadecimal }
    // Nine digits at a time.
    var words: [UInt32] = []
    for start in stride(from: 0, to: magnitude.count, by: 4) {
      words.append(
        magnitude[start..<min(start + 4, magnitude.count)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    var groups: [UInt32] = []
    while let top = words.last {
      if top == 0 {
        words.removeLast()
        continue
      }
      var remainder: UInt64 = 0
      for index in words.indices.reversed() {
        let value = remainder << 32 | UInt64(words[index])
        words[index] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      groups.append(UInt32(remainder))
    }
    guard let first = groups.last else { return "0" }
    let rest = groups.dropLast().reversed().map { group in
      let digits = String(group)
      return String(repeating: "0", count: 9 - digits.utf8.count) + digits
    }
    return sign + String(first) + rest.joined()
  }
}
