// SPDX-License-Identifier: Apache-2.0

/// A text as the code points that Python's `str` counts, lone surrogates among them.
struct CodePoints {
  var values: [UInt32]

  init(values: [UInt32]) { self.values = values }

  init(_ text: Text) {
    values = []
    values.reserveCapacity(text.count)
    for byte in text.bytes {
      switch byte {
      case 0x80..<0xC0:
        if let last = values.popLast() { values.append(last << 6 | UInt32(byte & 0x3F)) }
      case 0xC0..<0xE0: values.append(UInt32(byte & 0x1F))
      case 0xE0..<0xF0: values.append(UInt32(byte & 0x0F))
      case 0xF0...: values.append(UInt32(byte & 0x07))
      default: values.append(UInt32(byte))
      }
    }
  }

  /// The text again; lone surrogates as `surrogatepass` writes them.
  var text: Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count)
    func tail(_ value: UInt32, _ shift: UInt32) -> UInt8 { 0x80 | UInt8(value >> shift & 0x3F) }
    for value in values {
      switch value {
      case ..<0x80: bytes.append(UInt8(value))
      case ..<0x800: bytes += [0xC0 | UInt8(value >> 6), tail(value, 0)]
      case ..<0x10000: bytes += [0xE0 | UInt8(value >> 12), tail(value, 6), tail(value, 0)]
      default: bytes += [0xF0 | UInt8(value >> 18 & 7), tail(value, 12), tail(value, 6), tail(value, 0)]
      }
    }
    return Text(part: bytes)
  }

  /// Python's `str.lower()`, a code point at a time.
  static func lowercased(_ values: [UInt32]) -> [UInt32] { mapped(values) { $0.lowercaseMapping } }

  /// Python's `str.upper()`.
  static func uppercased(_ values: [UInt32]) -> [UInt32] { mapped(values) { $0.uppercaseMapping } }

  private static func mapped(_ values: [UInt32], _ mapping: (Unicode.Scalar.Properties) -> String) -> [UInt32]
  {
    values.flatMap { value in
      Unicode.Scalar(value).map { mapping($0.properties).unicodeScalars.map(\.value) } ?? [value]
    }
  }
}
