// SPDX-License-Identifier: Apache-2.0

/// Words for a POSIX shell, so that a hint can be pasted.
package enum ShellQuoting {
  /// The word as it stands where a shell takes it so, else in quotes.
  package static func word(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "_-./+:@,".utf8.contains(byte)
    }
    if isPlain, let first = word.utf8.first, first != UInt8(ascii: "-") { return word }
    let parts = word.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
  }
}
