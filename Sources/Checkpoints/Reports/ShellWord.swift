// SPDX-License-Identifier: Apache-2.0

/// A word for the shell, so that a command in a hint or a script does what it says, whatever a path holds.
package enum ShellWord {
  /// As it stands where no shell sees anything in it, else in single quotes, within which nothing is expanded.
  package static func quoted(_ word: String) -> String {
    isPlain(word) ? word : always(word)
  }

  /// In single quotes.
  package static func always(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static func isPlain(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "_-./+,@%:=".utf8.contains(byte)
        }
      }
  }
}
