// SPDX-License-Identifier: Apache-2.0

/// Text from files, made safe to show.
public enum PlainText {
  /// `text` with control characters, and marks that reorder, join or hide what stands around them, as `\u{1b}`: none
  /// can move a cursor, forge a line or make two names look like one.
  ///
  /// - Parameter allowed: a control character that stays: the newline of our own sentences.
  public static func of(_ text: String, but allowed: Unicode.Scalar? = nil) -> String {
    func acts(_ scalar: Unicode.Scalar) -> Bool { scalar != allowed && isControl(scalar) }
    // Nearly all text is printable ASCII.
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return text }
    guard text.unicodeScalars.contains(where: acts) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      if acts(scalar) {
        safe += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // C0, DEL and C1; the soft hyphen; marks that reorder text; spaces of no width, joiners, separators of lines.
    case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0xFEFF:
      true
    // Notes between lines, and the tags that spell ASCII without being seen.
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }
}
