// SPDX-License-Identifier: Apache-2.0

extension ShellWords {
  /// A name from a file as one word of a shell, for hints: whatever it holds, a shell that reads the hint takes it for
  /// a word, and so does a recipe. Letters, digits, marks that mean nothing and the star of patterns stand as they are;
  /// all else goes in single quotes; what cannot be seen, or moves what is seen, goes into `$'...'` as escapes.
  package static func safe(_ name: Text) -> String {
    guard let word = name.string else { return escaped(name) }
    if !word.isEmpty, !word.hasPrefix("-"), word.utf8.allSatisfy(isHarmless) { return word }
    if PlainText.of(word) != word { return escaped(name) }
    return singleQuoted(word)
  }

  /// A pattern made of such a name, in quotes whatever it holds: no shell is to look for files that match.
  package static func quotes(_ pattern: Text) -> String {
    let word = safe(pattern)
    return word.hasPrefix("'") || word.hasPrefix("$") ? word : "'\(word)'"
  }

  /// Runs nothing in a shell wherever it stands in a word.
  private static func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_./-:,+@%=*".utf8.contains(byte)
    }
  }

  /// `$'...'` with every byte that is not printable ASCII as `\xHH`.
  private static func escaped(_ name: Text) -> String {
    var text = "$'"
    for byte in name.bytes {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x0A: text += "\\n"
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      default: text += "\\x" + [byte].hexadecimal
      }
    }
    return text + "'"
  }
}

extension ShellWords {
  /// A path as a command takes it, also one that looks like an option.
  static func path(_ path: String) -> String { safe(Text(path.hasPrefix("-") ? "./" + path : path)) }
}
