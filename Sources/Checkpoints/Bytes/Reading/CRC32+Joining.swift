// SPDX-License-Identifier: Apache-2.0

/// CRC-32 as the remainder of a polynomial over GF(2): what is known of parts gives the whole, unread.
extension CRC32 {
  /// The CRC of a run A followed by a run B of `length` bytes.
  static func joined(_ first: UInt32, _ second: UInt32, length: Int) -> UInt32 {
    shifted(first, by: length) ^ second
  }

  /// The CRC of B, where `whole` is that of A followed by B and B has `length` bytes.
  static func rest(of whole: UInt32, after first: UInt32, length: Int) -> UInt32 {
    whole ^ shifted(first, by: length)
  }

  /// `value` times x^(8 `length`): as if that many zero bytes came after.
  private static func shifted(_ value: UInt32, by length: Int) -> UInt32 {
    var result = value
    // x^8, in the reflected order in which bit 31 is x^0.
    var power: UInt32 = 1 << 23
    var left = length
    while left > 0 {
      if left & 1 == 1 { result = product(power, result) }
      power = product(power, power)
      left >>= 1
    }
    return result
  }

  private static func product(_ left: UInt32, _ right: UInt32) -> UInt32 {
    var (sum, right) = (UInt32(0), right)
    for bit in (0..<32).reversed() {
      if left >> UInt32(bit) & 1 == 1 { sum ^= right }
      right = right & 1 == 1 ? right >> 1 ^ 0xEDB8_8320 : right >> 1
    }
    return sum
  }
}
