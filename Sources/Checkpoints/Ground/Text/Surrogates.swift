// SPDX-License-Identifier: Apache-2.0

/// Lone surrogates, which Python's `str` holds and UTF-8 does not.
enum Surrogates {
  /// The text of bytes that are UTF-8 but for surrogates as `surrogatepass` writes them (`ED A0..BF xx`), each shown
  /// as `\ud800`. Nil for any other bytes.
  static func shown(_ bytes: some Collection<UInt8>) -> String? {
    let bytes = Array(bytes)
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count + 8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0xED, index + 2 < bytes.count, 0xA0...0xBF ~= bytes[index + 1],
        0x80...0xBF ~= bytes[index + 2]
      {
        let value = 0xD000 | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F)
        shown += Array("\\u\(String(value, radix: 16))".utf8)
        index += 3
      } else {
        shown.append(bytes[index])
        index += 1
      }
    }
    return String(validating: shown, as: UTF8.self)
  }
}
