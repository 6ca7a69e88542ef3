// SPDX-License-Identifier: Apache-2.0

/// Lone surrogates as scalars that a `String` can hold, for Swift's `Regex`: U+D800 as U+10D800, and so on to
/// U+10DFFF, at the end of the last private plane.
///
/// In bytes `ED A0 80`, as `surrogatepass` writes U+D800, becomes `F4 8D A0 80`.
enum SurrogateScalars {
  /// The text as it stands where it has no lone surrogates. Nil where it has, and some of the scalars too.
  static func string(for text: Text) -> String? {
    if let string = text.string { return string }
    guard !hasScalars(text.bytes) else { return nil }
    var mapped: [UInt8] = []
    var rest = text.bytes[...]
    while let byte = rest.popFirst() {
      if byte == 0xED, let next = rest.first, next >= 0xA0 {
        mapped += [0xF4, 0x8D]
      } else {
        mapped.append(byte)
      }
    }
    return String(validating: mapped, as: UTF8.self)
  }

  /// The text that a part of such a string stands for.
  static func text(for part: Substring) -> Text {
    var bytes: [UInt8] = []
    var rest = Array(part.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0xF4, rest.first == 0x8D, let next = rest.dropFirst().first, next >= 0xA0 {
        bytes.append(0xED)
        rest.removeFirst()
      } else {
        bytes.append(byte)
      }
    }
    return Text(part: bytes)
  }

  private static func hasScalars(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { index in
      bytes[index] == 0xF4 && index + 2 < bytes.count && bytes[index + 1] == 0x8D && bytes[index + 2] >= 0xA0
    }
  }
}
