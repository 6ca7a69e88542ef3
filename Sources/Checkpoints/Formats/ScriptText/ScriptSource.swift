// SPDX-License-Identifier: Apache-2.0

/// TorchScript's source as text.
enum ScriptSource {
  /// Where the next class or function of a member begins: at the begin of a line.
  static func nextDefinition(in text: [UInt8], after offset: Int) -> Int? {
    var index = offset
    while index < text.count {
      guard text[index] == 0x0A else {
        index += 1
        continue
      }
      index += 1
      if text[index...].starts(with: "def ".utf8) || text[index...].starts(with: "class ".utf8) {
        return index
      }
    }
    return nil
  }

  /// What stands between the quotes of a text without escapes; nil for any other.
  static func plainText(_ word: Text) -> Text? {
    let bytes = word.bytes
    guard bytes.count >= 2, !bytes.contains(UInt8(ascii: "\\")),
      !bytes.dropFirst().dropLast().contains(bytes[0])
    else { return nil }
    return Text(part: bytes.dropFirst().dropLast())
  }

  /// `__torch__.a.b` for `code/__torch__/a/b.py`.
  static func module(of path: Text) -> Text {
    var bytes = path.bytes.dropLast(".py".utf8.count)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") { bytes[index] = UInt8(ascii: ".") }
    return Text(part: bytes)
  }
}
