// SPDX-License-Identifier: Apache-2.0

extension Text {
  /// The text as a JSON string.
  package var jsonQuoted: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 2)
    quote(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds the text as a JSON string, as serde_json writes it: quotes, backslashes and control characters escaped, all
  /// else as it is. A lone surrogate is written `\ud800`, which Python's `json` reads as what it was; readers of UTF-8
  /// refuse that.
  func quote(into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    withBytes { source in
      var index = 0
      while index < source.count {
        let byte = source[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        case 0xED where index + 2 < source.count && source[index + 1] >= 0xA0:
          let value = 0xD000 | UInt32(source[index + 1] & 0x3F) << 6 | UInt32(source[index + 2] & 0x3F)
          bytes += "\\u\(String(value, radix: 16))".utf8
          index += 2
        default: bytes.append(byte)
        }
        index += 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension String {
  /// The text as a JSON string.
  package var jsonQuoted: String { Text(self).jsonQuoted }
}
